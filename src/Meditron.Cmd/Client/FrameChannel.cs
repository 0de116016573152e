using System.Net.Sockets;
using Google.Protobuf;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Client;

/// <summary>Writes and reads whole frames on a client's connection, each read with a deadline.</summary>
internal sealed class FrameChannel(NetworkStream stream, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _writing = new(1);
    private FrameSeal? _incoming;
    private FrameSeal? _outgoing;

    /// <summary>From now on frames are sealed.</summary>
    public void Seal(FrameSeal incoming, FrameSeal outgoing)
    {
        _incoming = incoming;
        _outgoing = outgoing;
    }

    public async Task WriteAsync(ClientFrame frame, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation);
        try
        {
            await stream.WriteAsync(Frames.Write(frame, _outgoing), cancellation);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The next frame; null where the other side has ended the connection.</summary>
    /// <exception cref="TimeoutException">None has come in time.</exception>
    /// <exception cref="FrameException">What has come is none.</exception>
    public async Task<ServerFrame?> ReadAsync(TimeSpan deadline, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(deadline, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var header = new byte[Frames.HeaderSize];
            if (await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, both.Token) < header.Length)
            {
                return null;
            }

            var frame = new byte[Frames.Length(header, Frames.ClientLimit)];
            await stream.ReadExactlyAsync(frame, both.Token);
            return ServerFrame.Parser.ParseFrom(Frames.Open(frame, _incoming).Span);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"nothing has come for {deadline.TotalSeconds:0.#} s", e);
        }
        catch (EndOfStreamException)
        {
            return null;
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new FrameException($"a frame is damaged: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        _writing.Dispose();
    }
}
