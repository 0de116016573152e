using System.Net;
using System.Net.Sockets;
using Meditron.Cmd.Hosting;

namespace Meditron.Cmd.Network;

/// <summary>Accepts clients on a thread of its own until it is closed.</summary>
internal sealed class CommandListener
{
    private const int Backlog = 64;
    private const int StackSize = 256 << 10;

    // After a failed accept, as when descriptors have run out: long enough not to spin, short enough not to be noticed.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Socket _socket;
    private readonly TimeSpan _sendTimeout;
    private readonly SemaphoreSlim _places;
    private readonly CancellationTokenSource _closed = new();

    private CommandListener(Socket socket, CmdSettings settings)
    {
        _socket = socket;
        _sendTimeout = settings.IdleTimeout;

        // A few more than there may be clients: these are told that there are too many.
        _places = new SemaphoreSlim(settings.MaxClients + 4);
        EndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>What was bound.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Binds the address of the settings.</summary>
    /// <exception cref="CommandHostException">It cannot be bound.</exception>
    public static CommandListener Bind(CmdSettings settings)
    {
        var address = settings.Address;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(address, settings.Port));
            socket.Listen(Backlog);
            return new CommandListener(socket, settings);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new CommandHostException(
                e.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"Cannot serve commands on {settings.Host}:{settings.Port}: the port is in use, perhaps by another node on this machine. Choose another meditron.cmd.port, or 0 for a free one."
                    : $"Cannot serve commands on {settings.Host}:{settings.Port}: {e.Message}. Check meditron.cmd.host and meditron.cmd.port.",
                e);
        }
    }

    /// <summary>Starts to accept; the host's actor gets each connection.</summary>
    public void Start(IActorRef host) =>
        new Thread(() => Run(host), StackSize) { IsBackground = true, Name = $"cmd-accept {EndPoint.Port}" }.Start();

    /// <summary>A connection has ended: its place is free.</summary>
    public void Release() => _places.Release();

    /// <summary>Stops to accept.</summary>
    public void Close()
    {
        _closed.Cancel();
        _socket.Dispose();
    }

    private void Run(IActorRef host)
    {
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                _places.Wait(_closed.Token);
                host.Tell(new CommandConnection(_socket.Accept(), _sendTimeout), ActorRefs.NoSender);
            }
            catch (SocketException) when (!_closed.IsCancellationRequested)
            {
                _places.Release();
                _closed.Token.WaitHandle.WaitOne(Pause);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                return;
            }
        }
    }
}
