namespace Meditron.Simulation.Network;

/// <summary>The network as one process sees it.</summary>
internal sealed class SimulatedNetwork(NodeProcess process) : INetwork
{
    private readonly SeededRandom _nonces = process.World.Random(process.RandomPurpose("nonces"));

    public string MachineName => process.Name;

    public INetworkListener Listen(string host, int port, Func<string, IConnectionHandler?> accept)
    {
        process.World.Check();
        return process.World.Network.Listen(process, port == 0 ? 49152 : port, accept);
    }

    public IConnection Connect(string host, int port, IConnectionHandler handler)
    {
        process.World.Check();
        var connection = new SimulatedConnection(process.World.Network, process, handler, $"{host}:{port}", process.World.Network.Find(host));
        connection.Dial($"{host}:{port}");
        return connection;
    }

    public void FillNonce(Span<byte> nonce) => _nonces.Fill(nonce);
}
