using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Network;

/// <summary>One client's connection: a thread reads its frames for the session's actor, another writes what the session has queued.</summary>
/// <remarks>
/// Threads of its own, because a node must answer while its thread pool is busy. The reader is never more than a few frames ahead of the session,
/// so that a client that floods fills no mailbox.
/// </remarks>
internal sealed class CommandConnection
{
    private const int FramesAhead = 32;
    private const int StackSize = 256 << 10;

    private readonly Socket _socket;
    private readonly TimeSpan _sendTimeout;
    private readonly BlockingCollection<byte[]> _queue = new(new ConcurrentQueue<byte[]>());
    private readonly SemaphoreSlim _credit = new(FramesAhead);
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _sending = new();
    private long _queuedBytes;
    private volatile int _limit = Frames.HandshakeLimit;
    private FrameSeal? _incoming;
    private FrameSeal? _outgoing;
    private bool _closing;

    public CommandConnection(Socket socket, TimeSpan sendTimeout)
    {
        _socket = socket;
        _sendTimeout = sendTimeout;
        var end = EndOf(socket);
        Peer = end?.ToString() ?? "unknown";
        IsLoopback = end is not null && IPAddress.IsLoopback(end.Address.IsIPv4MappedToIPv6 ? end.Address.MapToIPv4() : end.Address);
    }

    /// <summary>Where the client is.</summary>
    public string Peer { get; }

    /// <summary>Whether it is on this machine.</summary>
    public bool IsLoopback { get; }

    /// <summary>Bytes that wait to be sent.</summary>
    public long QueuedBytes => Interlocked.Read(ref _queuedBytes);

    /// <summary>The longest frame accepted from now on.</summary>
    public int Limit
    {
        set => _limit = value;
    }

    /// <summary>Starts to read and write; the session gets <see cref="FrameArrived"/> messages, <see cref="FrameRefused"/> for what is none, and <see cref="ConnectionEnded"/> as the last one.</summary>
    public void Start(IActorRef session)
    {
        _socket.NoDelay = true;
        _socket.SendTimeout = (int)_sendTimeout.TotalMilliseconds;
        new Thread(() => Read(session), StackSize) { IsBackground = true, Name = $"cmd-read {Peer}" }.Start();
        new Thread(Write, StackSize) { IsBackground = true, Name = $"cmd-write {Peer}" }.Start();
    }

    /// <summary>From now on frames are sealed: those that arrive after the one that is being handled, and those that are sent.</summary>
    public void Seal(FrameSeal incoming, FrameSeal outgoing)
    {
        _outgoing = outgoing;
        Volatile.Write(ref _incoming, incoming);
    }

    /// <summary>The message within a frame that arrived; lets the reader go on.</summary>
    /// <exception cref="FrameException">It is none.</exception>
    public ClientFrame Open(byte[] frame)
    {
        _credit.Release();
        try
        {
            return ClientFrame.Parser.ParseFrom(Frames.Open(frame, Volatile.Read(ref _incoming)).Span);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new FrameException($"a frame is damaged: {e.Message}", e);
        }
    }

    /// <summary>Queues a frame; ignored once the connection is closed.</summary>
    public void Send(ServerFrame message)
    {
        lock (_sending)
        {
            if (_closing)
            {
                return;
            }

            var frame = Frames.Write(message, _outgoing);
            Interlocked.Add(ref _queuedBytes, frame.Length);
            _queue.Add(frame);
        }
    }

    /// <summary>Sends what is queued, then closes.</summary>
    public void Close()
    {
        lock (_sending)
        {
            if (!_closing)
            {
                _closing = true;
                _queue.CompleteAdding();
            }
        }
    }

    /// <summary>Closes at once.</summary>
    public void Abort()
    {
        Close();
        _ended.Cancel();
        _socket.Dispose();
    }

    private static IPEndPoint? EndOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint as IPEndPoint;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private void Read(IActorRef session)
    {
        try
        {
            try
            {
                ReadFrames(session);
            }
            catch (FrameException e)
            {
                session.Tell(new FrameRefused(e.Message), ActorRefs.NoSender);
                Discard();
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The connection is gone; why makes no difference to anybody.
        }

        session.Tell(ConnectionEnded.Instance, ActorRefs.NoSender);
    }

    private void ReadFrames(IActorRef session)
    {
        var header = new byte[Frames.HeaderSize];
        while (Fill(header, atStart: true))
        {
            var frame = new byte[Frames.Length(header, _limit)];
            Fill(frame, atStart: false);
            _credit.Wait(_ended.Token);
            session.Tell(new FrameArrived(frame), ActorRefs.NoSender);
        }
    }

    // A connection that is closed with bytes unread takes its last frame, the refusal, with it.
    private void Discard()
    {
        var buffer = new byte[4096];
        while (_socket.Receive(buffer) > 0)
        {
        }
    }

    private bool Fill(byte[] buffer, bool atStart)
    {
        var filled = 0;
        while (filled < buffer.Length)
        {
            var read = _socket.Receive(buffer, filled, buffer.Length - filled, SocketFlags.None);
            if (read == 0)
            {
                return filled == 0 && atStart ? false : throw new FrameException("the client has gone in the middle of a frame");
            }

            filled += read;
        }

        return true;
    }

    private void Write()
    {
        try
        {
            foreach (var frame in _queue.GetConsumingEnumerable(_ended.Token))
            {
                for (var sent = 0; sent < frame.Length;)
                {
                    sent += _socket.Send(frame, sent, frame.Length - sent, SocketFlags.None);
                }

                Interlocked.Add(ref _queuedBytes, -frame.Length);
            }

            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            Abort();
        }
    }
}

/// <summary>A frame of the client, still sealed.</summary>
internal sealed record FrameArrived(byte[] Frame) : INoSerializationVerificationNeeded;

/// <summary>What the client has sent is no frame; no further one is read.</summary>
internal sealed record FrameRefused(string Problem) : INoSerializationVerificationNeeded;

/// <summary>The client has gone; the last message about a connection.</summary>
internal sealed class ConnectionEnded : INoSerializationVerificationNeeded
{
    public static readonly ConnectionEnded Instance = new();
}
