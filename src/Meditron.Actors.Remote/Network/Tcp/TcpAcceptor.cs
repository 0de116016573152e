using System.Net;
using System.Net.Sockets;

namespace Meditron.Actors.Remote.Network.Tcp;

/// <summary>Accepts connections on a thread of its own until it is closed.</summary>
internal sealed class TcpAcceptor : INetworkListener
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(1);

    private readonly ManualResetEventSlim _closing = new();
    private readonly Socket _socket;
    private readonly TcpSettings _settings;
    private readonly Func<string, IConnectionHandler?> _accept;
    private volatile bool _closed;

    public TcpAcceptor(Socket socket, TcpSettings settings, Func<string, IConnectionHandler?> accept)
    {
        _socket = socket;
        _settings = settings;
        _accept = accept;
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
        new Thread(Run, TcpConnection.StackSize) { IsBackground = true, Name = $"remote-accept-{Port}" }.Start();
    }

    public int Port { get; }

    public void Close()
    {
        _closed = true;
        _closing.Set();
        _socket.Dispose();
    }

    private void Run()
    {
        while (!_closed)
        {
            Socket socket;
            try
            {
                socket = _socket.Accept();
            }
            catch (SocketException) when (!_closed)
            {
                // The connection is gone before it was accepted, or descriptors ran out: the next one may do better.
                _closing.Wait(RetryPause, CancellationToken.None);
                continue;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            var peer = PeerOf(socket);
            if (_accept(peer) is { } handler)
            {
                new TcpConnection(_settings, handler, peer).StartServer(socket);
            }
            else
            {
                socket.Dispose();
            }
        }
    }

    private static string PeerOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint?.ToString() ?? "unknown";
        }
        catch (SocketException)
        {
            return "unknown";
        }
    }
}
