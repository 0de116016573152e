using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Meditron.Actors.Actor;
using Meditron.Actors.Remote.Wire;

namespace Meditron.Actors.Remote.Tests.Systems;

/// <summary>A peer that speaks the protocol by hand, and so may break it.</summary>
internal sealed class RawPeer(Socket socket, Stream stream) : IDisposable
{
    private readonly WireWriter _writer = new();

    public WireWriter Writer => _writer;

    public static async Task<RawPeer> Connect(Address target)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, target.Port!.Value).WaitAsync(RemoteSystem.Patience);
        return new RawPeer(socket, new NetworkStream(socket, ownsSocket: true));
    }

    /// <summary>Connects and agrees on everything, as a system of a name of its own.</summary>
    public static async Task<RawPeer> Establish(RemoteSystem target, string name = "raw", int uid = 4711, string secret = "", int port = 65000)
    {
        var peer = await Connect(target.Address);
        var hello = await peer.SendHello(new Address("akka.tcp", name, "127.0.0.1", port), uid, target.Address);
        var challenge = Handshake.ReadChallenge(await peer.ReadFrame() ?? throw new InvalidOperationException("closed instead of a challenge"));
        Handshake.WriteProof(peer.Writer, secret.Length == 0 ? null : Handshake.ClientProof(secret, hello, challenge.Uid, challenge.Nonce));
        await peer.SendWritten();
        Handshake.ReadWelcome(await peer.ReadFrame() ?? throw new InvalidOperationException("closed instead of a welcome"));
        Handshake.WriteReady(peer.Writer);
        await peer.SendWritten();
        return peer;
    }

    /// <summary>Answers a system that connects to this peer, and agrees on everything.</summary>
    public static async Task<RawPeer> Accept(TcpListener listener, int uid = 4711)
    {
        var socket = await listener.AcceptSocketAsync().WaitAsync(RemoteSystem.Patience);
        var peer = new RawPeer(socket, new NetworkStream(socket, ownsSocket: true));
        Handshake.ReadHello((await peer.ReadFrame())!);
        Handshake.Write(peer.Writer, new Challenge(uid, new byte[Handshake.NonceSize], null));
        await peer.SendWritten();
        Handshake.ReadProof((await peer.ReadFrame())!);
        Handshake.WriteWelcome(peer.Writer);
        await peer.SendWritten();
        Handshake.ReadReady((await peer.ReadFrame())!);
        return peer;
    }

    public async Task<byte[]> SendHello(Address from, int uid, Address to)
    {
        Handshake.Write(_writer, new Hello(from, uid, to, new byte[Handshake.NonceSize]));
        var hello = _writer.Written.ToArray();
        await SendWritten();
        return hello;
    }

    public Task SendWritten() => SendFrame(_writer.Written.ToArray());

    public async Task SendFrame(byte[] frame)
    {
        await SendBytes(Framed(frame));
    }

    /// <summary>A frame with its length, and with its checksum where its type has one.</summary>
    public static byte[] Framed(byte[] frame)
    {
        var end = FrameReader.HeaderSize + frame.Length;
        var bytes = new byte[end + (frame.Length > 0 && FrameChecksum.Has(frame[0]) ? FrameChecksum.Size : 0)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - FrameReader.HeaderSize);
        frame.CopyTo(bytes, FrameReader.HeaderSize);
        if (bytes.Length > end)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(end), FrameChecksum.Of(bytes.AsSpan(0, end)));
        }

        return bytes;
    }

    public async Task SendBytes(byte[] bytes)
    {
        try
        {
            await stream.WriteAsync(bytes).AsTask().WaitAsync(RemoteSystem.Patience);
        }
        catch (IOException)
        {
            // Closed already: what follows finds that out.
        }
    }

    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>The next frame; null once the connection is closed.</summary>
    public async Task<byte[]?> ReadFrame()
    {
        try
        {
            using var limit = new CancellationTokenSource(RemoteSystem.Patience);
            var header = new byte[FrameReader.HeaderSize];
            await stream.ReadExactlyAsync(header, limit.Token);
            var frame = new byte[BinaryPrimitives.ReadInt32LittleEndian(header)];
            await stream.ReadExactlyAsync(frame, limit.Token);
            if (!FrameChecksum.Has(frame[0]))
            {
                return frame;
            }

            Assert.Equal(FrameChecksum.Of([.. header, .. frame[..^FrameChecksum.Size]]), BinaryPrimitives.ReadUInt32LittleEndian(frame.AsSpan()[^FrameChecksum.Size..]));
            return frame[..^FrameChecksum.Size];
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            return null;
        }
    }

    /// <summary>Reads until the connection is closed.</summary>
    public async Task<List<byte[]>> ReadToEnd()
    {
        var frames = new List<byte[]>();
        while (await ReadFrame() is { } frame)
        {
            frames.Add(frame);
        }

        return frames;
    }

    public void Dispose() => stream.Dispose();
}
