using System.Net.Sockets;
using Google.Protobuf;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Tests;

/// <summary>A client that sends what it likes.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TcpClient _client = new();

    public RawClient(int port)
    {
        _client.Connect("127.0.0.1", port);
        Stream = _client.GetStream();
        Stream.ReadTimeout = (int)Deadlines.Usual.TotalMilliseconds;
        Stream.WriteTimeout = (int)Deadlines.Usual.TotalMilliseconds;
    }

    public NetworkStream Stream { get; }

    public static Hello Hello => new() { Protocol = SecretProof.Protocol, Version = SecretProof.Version, Nonce = ByteString.CopyFrom(new byte[SecretProof.NonceSize]) };

    public void Send(ClientFrame frame) => Stream.Write(Frames.Write(frame, null));

    /// <summary>The next frame; null where the host has closed the connection.</summary>
    public ServerFrame? Read()
    {
        var header = new byte[Frames.HeaderSize];
        if (!Fill(header))
        {
            return null;
        }

        var frame = new byte[Frames.Length(header, Frames.ClientLimit)];
        return Fill(frame) ? ServerFrame.Parser.ParseFrom(frame) : null;
    }

    /// <summary>Introduces itself without a secret.</summary>
    public Welcome Greet()
    {
        Send(new ClientFrame { Hello = Hello });
        Assert.NotNull(Read()!.Challenge);
        Send(new ClientFrame { Proof = new Proof() });
        return Read()!.Welcome;
    }

    /// <summary>Reads until the host refuses, which must be the end.</summary>
    public Reject ReadRejection()
    {
        while (Read() is { } frame)
        {
            if (frame.Reject is { } reject)
            {
                Assert.Null(Read());
                return reject;
            }
        }

        throw new InvalidOperationException("The host has closed the connection without a word.");
    }

    public void Dispose() => _client.Dispose();

    private bool Fill(byte[] buffer)
    {
        try
        {
            return Stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false) == buffer.Length;
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return false;
        }
    }
}
