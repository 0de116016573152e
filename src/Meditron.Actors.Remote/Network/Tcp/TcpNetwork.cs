using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Meditron.Actors.Remote.Network.Tcp;

/// <summary>The network of sockets: TCP, with TLS where certificates are configured.</summary>
/// <remarks>
/// Each connection has a thread that blocks in receive, and one that sends what the caller could not send itself. A peer's frames and the heartbeats to it
/// so never wait for a thread of a busy pool, and a message wakes one thread on its way in instead of two.
/// </remarks>
internal sealed class TcpNetwork(TcpSettings settings) : INetwork
{
    public string MachineName => Dns.GetHostName();

    public INetworkListener Listen(string host, int port, Func<string, IConnectionHandler?> accept)
    {
        var address = Resolve(host, port);
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(address, port));
            socket.Listen(settings.Backlog);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new NetworkException(
                e.SocketErrorCode == SocketError.AddressAlreadyInUse
                    ? $"Cannot listen on {host}:{port}: the port is in use by another process or system. "
                        + "Choose another akka.remote.dot-netty.tcp.port, or 0 for a free one."
                    : $"Cannot listen on {host}:{port}: {e.Message}. Check akka.remote.dot-netty.tcp.hostname and port.",
                e);
        }

        return new TcpAcceptor(socket, settings, accept);
    }

    public IConnection Connect(string host, int port, IConnectionHandler handler)
    {
        var connection = new TcpConnection(settings, handler, $"{host}:{port}");
        connection.StartClient(host, port);
        return connection;
    }

    public void FillNonce(Span<byte> nonce) => RandomNumberGenerator.Fill(nonce);

    private static IPAddress Resolve(string host, int port)
    {
        if (host.Length == 0)
        {
            return IPAddress.Any;
        }

        if (IPAddress.TryParse(host, out var address))
        {
            return address;
        }

        try
        {
            var all = Dns.GetHostAddresses(host);
            return Array.Find(all, static a => a.AddressFamily == AddressFamily.InterNetwork) ?? all[0];
        }
        catch (Exception e) when (e is SocketException or IndexOutOfRangeException or ArgumentException)
        {
            throw new NetworkException(
                $"Cannot listen on {host}:{port}: the name has no address ({e.Message}). Check akka.remote.dot-netty.tcp.hostname.", e);
        }
    }
}
