namespace Meditron.Simulation.Network;

/// <summary>An endpoint at which a process accepts connections.</summary>
internal sealed class Listener(Fabric fabric, NodeProcess process, string endpoint, int port, Func<string, IConnectionHandler?> accept) : INetworkListener
{
    public NodeProcess Process { get; } = process;

    public string Endpoint { get; } = endpoint;

    public int Port { get; } = port;

    public IConnectionHandler? Accept(string peer) => accept(peer);

    public void Close() => fabric.Remove(this);
}
