using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Google.Protobuf;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Recovery.Copies;

/// <summary>
/// A connection over which shards move between machines: each side proves that it knows the server's key, then messages and chunks follow, each with its
/// place in the stream and a checksum. Blocking, with a deadline for every wait; ended from any thread by <see cref="Dispose"/>.
/// </summary>
internal sealed class StateConnection : IDisposable
{
    /// <summary>Bytes of a server's key.</summary>
    public const int KeyBytes = 32;

    private const ulong Magic = 0x3159_504f_4344_454d; // "MEDCOPY1"
    private const int NonceBytes = 32;
    private const int ProofBytes = 32;
    private const int HeaderBytes = 16;
    private const int MaxMessage = 1 << 20;
    private const int MaxChunk = 1 << 20;
    private const int KeepAliveSeconds = 5;

    private readonly Socket socket;
    private readonly byte[] header = new byte[HeaderBytes];
    private readonly string peer;
    private ulong sent;
    private ulong received;

    private StateConnection(Socket socket, TimeSpan timeout)
    {
        this.socket = socket;
        peer = socket.RemoteEndPoint?.ToString() ?? "a peer";
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveSeconds);
        SetTimeout(timeout);
    }

    /// <summary>Connects to a server.</summary>
    /// <param name="server">The server, as the coordinator names it.</param>
    /// <param name="timeout">How long anything may take.</param>
    /// <param name="opened">Given the connection before anything is waited for, so that it can be ended from outside; may throw.</param>
    /// <exception cref="IOException">It cannot be reached, or one of the two does not know the key.</exception>
    public static StateConnection Connect(StateServer server, TimeSpan timeout, Action<IDisposable> opened)
    {
        Socket? made = null;
        try
        {
            var address = IPAddress.TryParse(server.Host, out var parsed) ? parsed : Dns.GetHostAddresses(server.Host)[0];
            made = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            opened(made);
            Connect(made, new IPEndPoint(address, server.Port), timeout);
            var connection = new StateConnection(made, timeout);
            connection.ProveAsClient(server.Key.Span);
            return connection;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            made?.Dispose();
            throw new IOException($"The state server {server.Host}:{server.Port} cannot be used: {exception.Message}", exception);
        }
        catch
        {
            made?.Dispose();
            throw;
        }
    }

    /// <summary>Takes a connection that a server has accepted.</summary>
    /// <param name="accepted">The connection; owned from here on.</param>
    /// <param name="key">The server's key.</param>
    /// <param name="timeout">How long anything may take.</param>
    /// <exception cref="IOException">The peer does not know the key, or does not answer.</exception>
    public static StateConnection Accept(Socket accepted, ReadOnlySpan<byte> key, TimeSpan timeout)
    {
        try
        {
            var connection = new StateConnection(accepted, timeout);
            connection.ProveAsServer(key);
            return connection;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            accepted.Dispose();
            throw new IOException($"A connection was refused: {exception.Message}", exception);
        }
    }

    /// <summary>Sets how long a wait may take without a byte; infinite where the peer may be idle, whose end the keep-alive then tells.</summary>
    public void SetTimeout(TimeSpan timeout)
    {
        var milliseconds = timeout == Timeout.InfiniteTimeSpan ? 0 : (int)Math.Clamp(timeout.TotalMilliseconds, 1, int.MaxValue);
        socket.ReceiveTimeout = milliseconds;
        if (milliseconds > 0)
        {
            socket.SendTimeout = milliseconds;
        }
    }

    /// <summary>Sends a message.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    public void Send(IMessage message) => SendChunk(message.ToByteArray());

    /// <summary>Receives a message.</summary>
    /// <exception cref="IOException">The connection is lost, or what arrives is no such message.</exception>
    public T Receive<T>(MessageParser<T> parser)
        where T : IMessage<T>
    {
        var (length, checksum) = ReceiveHeader(MaxMessage);
        var content = new byte[length];
        ReceiveAll(content);
        if (!Matches(content, checksum))
        {
            throw new IOException($"A message from {peer} has a wrong checksum.");
        }

        try
        {
            return parser.ParseFrom(content);
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new IOException($"A message from {peer} is none: {exception.Message}", exception);
        }
    }

    /// <summary>Sends bytes, chunk by chunk.</summary>
    /// <exception cref="IOException">The connection is lost.</exception>
    public void SendBytes(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var chunk = bytes[..Math.Min(bytes.Length, MaxChunk)];
            SendChunk(chunk);
            bytes = bytes[chunk.Length..];
        }
    }

    /// <summary>Receives as many bytes as there is room for.</summary>
    /// <returns>Whether all checksums are right; the stream goes on where they are not.</returns>
    /// <exception cref="IOException">The connection is lost.</exception>
    public bool ReceiveBytes(Span<byte> bytes)
    {
        var right = true;
        while (!bytes.IsEmpty)
        {
            var wanted = Math.Min(bytes.Length, MaxChunk);
            var (length, checksum) = ReceiveHeader(wanted);
            if (length != wanted)
            {
                throw new IOException($"{peer} has sent a chunk of {length} bytes where {wanted} belong.");
            }

            ReceiveAll(bytes[..wanted]);
            right &= Matches(bytes[..wanted], checksum);
            bytes = bytes[wanted..];
        }

        return right;
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    /// <summary>Connects with a deadline; the system's own is minutes.</summary>
    private static void Connect(Socket made, IPEndPoint endPoint, TimeSpan timeout)
    {
        made.Blocking = false;
        try
        {
            made.Connect(endPoint);
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
            if (!made.Poll(timeout, SelectMode.SelectWrite))
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            if ((int)made.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)! is var error and not 0)
            {
                throw new SocketException(error);
            }
        }

        made.Blocking = true;
    }

    private static byte[] Proof(ReadOnlySpan<byte> key, ReadOnlySpan<byte> side, ReadOnlySpan<byte> nonces)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(side);
        hash.AppendData(nonces);
        return hash.GetHashAndReset();
    }

    private void ProveAsClient(ReadOnlySpan<byte> key)
    {
        Span<byte> hello = stackalloc byte[sizeof(ulong) + NonceBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(hello, Magic);
        RandomNumberGenerator.Fill(hello[sizeof(ulong)..]);
        SendAll(hello);
        Span<byte> answer = stackalloc byte[NonceBytes + ProofBytes];
        ReceiveAll(answer);
        Span<byte> nonces = [.. hello[sizeof(ulong)..], .. answer[..NonceBytes]];
        if (!CryptographicOperations.FixedTimeEquals(Proof(key, "server"u8, nonces), answer[NonceBytes..]))
        {
            throw new IOException($"{peer} does not know the key; another process has its address now.");
        }

        SendAll(Proof(key, "client"u8, nonces));
    }

    private void ProveAsServer(ReadOnlySpan<byte> key)
    {
        Span<byte> hello = stackalloc byte[sizeof(ulong) + NonceBytes];
        ReceiveAll(hello);
        if (BinaryPrimitives.ReadUInt64LittleEndian(hello) != Magic)
        {
            throw new IOException($"{peer} speaks another protocol.");
        }

        Span<byte> nonces = stackalloc byte[2 * NonceBytes];
        hello[sizeof(ulong)..].CopyTo(nonces);
        RandomNumberGenerator.Fill(nonces[NonceBytes..]);
        SendAll([.. nonces[NonceBytes..], .. Proof(key, "server"u8, nonces)]);
        Span<byte> proof = stackalloc byte[ProofBytes];
        ReceiveAll(proof);
        if (!CryptographicOperations.FixedTimeEquals(Proof(key, "client"u8, nonces), proof))
        {
            throw new IOException($"{peer} does not know the key.");
        }
    }

    private void SendChunk(ReadOnlySpan<byte> chunk)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(header, sent);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(8), (uint)chunk.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(12), ChunkChecksum.Of(chunk, sent));
        SendAll(header);
        SendAll(chunk);
        sent += (ulong)chunk.Length;
    }

    private (int Length, uint Checksum) ReceiveHeader(int longest)
    {
        ReceiveAll(header);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8));
        if (BinaryPrimitives.ReadUInt64LittleEndian(header) != received || length > longest)
        {
            throw new IOException($"{peer} has sent a chunk that does not belong here.");
        }

        return ((int)length, BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(12)));
    }

    private bool Matches(ReadOnlySpan<byte> chunk, uint checksum)
    {
        var right = ChunkChecksum.Of(chunk, received) == checksum;
        received += (ulong)chunk.Length;
        return right;
    }

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[socket.Send(bytes)..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw new IOException($"The connection to {peer} is lost: {exception.Message}", exception);
        }
    }

    private void ReceiveAll(Span<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                var read = socket.Receive(bytes);
                if (read == 0)
                {
                    throw new IOException($"{peer} has closed the connection.");
                }

                bytes = bytes[read..];
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            throw new IOException($"The connection to {peer} is lost: {exception.Message}", exception);
        }
    }
}
