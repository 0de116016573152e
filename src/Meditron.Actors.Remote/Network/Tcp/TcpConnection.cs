using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Meditron.Actors.Remote.Wire;

namespace Meditron.Actors.Remote.Network.Tcp;

/// <summary>One TCP connection: a thread that reads and makes the callbacks, and one that writes in batches.</summary>
internal sealed class TcpConnection(TcpSettings settings, IConnectionHandler handler, string peer) : IConnection
{
    /// <summary>Stack of the adapter's threads, in bytes: callbacks deserialize messages on it.</summary>
    public const int StackSize = 1024 * 1024;

    // A caller sends by itself where the connection was silent for this long: then it is not in a burst, and waking the writer would only cost time.
    private static readonly long InlineGap = Stopwatch.Frequency / 40_000;
    private const int InlineBytes = 8 * 1024;
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    private readonly object _sync = new();
    private readonly OutgoingQueue _control = new();
    private readonly OutgoingQueue _ordinary = new();
    private readonly FrameReader _reader = new(settings.ReceiveBufferSize ?? 256_000, TcpSettings.HandshakeFrameSize);
    private readonly ManualResetEventSlim _readerDone = new();
    private Socket? _socket;
    private SslStream? _tls;
    private Thread? _writer;
    private long _lastWrite;
    private bool _closing;
    private volatile bool _writing;
    private volatile bool _closed;

    public string Peer { get; } = peer;

    public bool IsLoopback { get; private set; }

    public bool IsAuthenticated => _tls is { IsMutuallyAuthenticated: true };

    public long QueuedBytes
    {
        get
        {
            lock (_sync)
            {
                return _control.Length + _ordinary.Length;
            }
        }
    }

    public int MaximumFrameSize
    {
        set => _reader.MaximumFrameSize = value;
    }

    public void StartClient(string host, int port) => StartThread(() => RunClient(host, port), "read");

    public void StartServer(Socket socket)
    {
        _socket = socket;
        StartThread(RunServer, "read");
    }

    public void Send(Lane lane, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        lock (_sync)
        {
            if (!_closed && !_closing)
            {
                (lane == Lane.Control ? _control : _ordinary).Add(head, body);
            }
        }
    }

    public void Flush()
    {
        // Whoever writes looks at the queues again before it stops.
        if (_writing)
        {
            return;
        }

        byte[] buffer;
        int length;
        lock (_sync)
        {
            if (_writing || _closed || _socket is null || _control.Length + _ordinary.Length == 0)
            {
                return;
            }

            var silent = Stopwatch.GetTimestamp() - _lastWrite > InlineGap;
            if (!silent || _control.Length + _ordinary.Length > InlineBytes || !CanWrite() || !TryTake(out buffer, out length))
            {
                WakeWriter();
                return;
            }

            _writing = true;
        }

        Write(buffer, length);
        lock (_sync)
        {
            _writing = false;
            if (_closing || _control.Length + _ordinary.Length > 0)
            {
                WakeWriter();
            }
        }
    }

    public void Close()
    {
        lock (_sync)
        {
            if (_closed || _closing)
            {
                return;
            }

            _closing = true;
            if (_socket is null)
            {
                _closed = true;
                return;
            }

            WakeWriter();
        }
    }

    public void Abort()
    {
        lock (_sync)
        {
            _closed = true;
            _control.Clear();
            _ordinary.Clear();
            Monitor.PulseAll(_sync);
        }

        // Unblocks the threads that are in a call of the socket.
        _socket?.Dispose();
    }

    private void StartThread(Action run, string what) =>
        new Thread(() => run(), StackSize) { IsBackground = true, Name = $"remote-{what}-{Peer}" }.Start();

    private void RunClient(string host, int port)
    {
        Socket? socket = null;
        try
        {
            var address = IPAddress.TryParse(host, out var literal) ? literal : First(Dns.GetHostAddresses(host));
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            lock (_sync)
            {
                if (_closed)
                {
                    throw new OperationCanceledException();
                }

                _socket = socket;
            }

            socket.Connect(new IPEndPoint(address, port));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException or ArgumentException)
        {
            socket?.Dispose();
            var reason = _closed ? CloseReason.Local
                : e is SocketException { SocketErrorCode: SocketError.ConnectionRefused } ? CloseReason.Refused
                : CloseReason.Unreachable;
            Finish(reason, e.Message);
            return;
        }

        Run(socket, isServer: false, host);
    }

    private void RunServer() => Run(_socket!, isServer: true, "");

    private void Run(Socket socket, bool isServer, string host)
    {
        try
        {
            Configure(socket);
            if (settings.Tls is { } tls)
            {
                _tls = tls.Authenticate(socket, isServer, host, settings.TlsTimeout);
            }
        }
        catch (Exception e) when (e is AuthenticationException or IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            socket.Dispose();
            Finish(_closed ? CloseReason.Local : settings.Tls is null ? CloseReason.PeerClosed : CloseReason.TlsFailed, TlsIdentity.Explain(e));
            return;
        }

        handler.OnOpened(this);
        var (reason, detail) = ReadLoop(socket);
        _readerDone.Set();
        Finish(_closed || _closing ? CloseReason.Local : reason, detail);
    }

    private void Configure(Socket socket)
    {
        socket.NoDelay = settings.NoDelay;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, settings.KeepAlive);
        if (settings.SendBufferSize is { } send)
        {
            socket.SendBufferSize = send;
        }

        if (settings.ReceiveBufferSize is { } receive)
        {
            socket.ReceiveBufferSize = receive;
        }

        var remote = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        IsLoopback = IPAddress.IsLoopback(remote) || remote.Equals(((IPEndPoint)socket.LocalEndPoint!).Address);
    }

    private (CloseReason Reason, string Detail) ReadLoop(Socket socket)
    {
        try
        {
            while (true)
            {
                var count = _tls is null ? socket.Receive(_reader.Free()) : _tls.Read(_reader.Free());
                if (count == 0)
                {
                    return _reader.Pending == 0
                        ? (CloseReason.PeerClosed, "the peer closed the connection")
                        : (CloseReason.Truncated, "the peer closed the connection in the middle of a frame");
                }

                _reader.Advance(count);
                while (!_closed && _reader.TryRead(out var frame))
                {
                    handler.OnFrame(frame);
                }

                if (_closed)
                {
                    return (CloseReason.Local, "closed");
                }
            }
        }
        catch (WireFormatException e)
        {
            return (CloseReason.BadFrame, e.Message);
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            return (CloseReason.PeerClosed, e.Message);
        }
    }

    private void Finish(CloseReason reason, string detail)
    {
        Abort();
        handler.OnClosed(reason, detail);
    }

    private bool TryTake(out byte[] buffer, out int length) => _control.TryTake(out buffer, out length) || _ordinary.TryTake(out buffer, out length);

    private bool CanWrite()
    {
        try
        {
            return _socket!.Poll(0, SelectMode.SelectWrite);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    private void WakeWriter()
    {
        if (_writer is null)
        {
            _writer = new Thread(WriteLoop, StackSize) { IsBackground = true, Name = $"remote-write-{Peer}" };
            _writer.Start();
        }
        else
        {
            Monitor.Pulse(_sync);
        }
    }

    private void WriteLoop()
    {
        var mine = false;
        while (true)
        {
            byte[] buffer = [];
            var length = 0;
            lock (_sync)
            {
                if (mine)
                {
                    _writing = mine = false;
                }

                while (true)
                {
                    if (_closed)
                    {
                        return;
                    }

                    if (!_writing && TryTake(out buffer, out length))
                    {
                        _writing = mine = true;
                        break;
                    }

                    if (_closing && !_writing)
                    {
                        break;
                    }

                    Monitor.Wait(_sync);
                }

                if (!mine)
                {
                    break;
                }
            }

            Write(buffer, length);
        }

        ShutDown();
    }

    private void Write(byte[] buffer, int length)
    {
        try
        {
            if (_tls is not null)
            {
                _tls.Write(buffer, 0, length);
            }
            else
            {
                for (var sent = 0; sent < length;)
                {
                    sent += _socket!.Send(buffer.AsSpan(sent, length - sent));
                }
            }
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The reader finds the socket closed and reports it.
            _socket?.Dispose();
        }

        ArrayPool<byte>.Shared.Return(buffer);
        Volatile.Write(ref _lastWrite, Stopwatch.GetTimestamp());
    }

    // A socket closed with unread bytes in it resets the connection, and the peer may lose the last frames: so let the peer close first, for a while.
    private void ShutDown()
    {
        try
        {
            _socket!.Shutdown(SocketShutdown.Send);
            _readerDone.Wait(Linger);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }

        Abort();
    }

    private static IPAddress First(IPAddress[] all) =>
        Array.Find(all, static a => a.AddressFamily == AddressFamily.InterNetwork) ?? (all.Length > 0 ? all[0] : throw new SocketException((int)SocketError.HostNotFound));
}
