namespace Meditron.Simulation.Clusters;

/// <summary>A cluster of production actor systems in a world.</summary>
internal sealed class SimulatedCluster
{
    public const string SystemName = "sim";
    private const int Port = 2552;

    private readonly List<ClusterPart> _parts;
    private readonly List<Machine> _machines = [];

    public SimulatedCluster(Fleet fleet, int size, Config config, params ClusterPart[] parts)
    {
        Config = config;
        _parts = [.. parts];
        Fleet = fleet;
        fleet.Ended += OnEnded;
        for (var i = 1; i <= size; i++)
        {
            _machines.Add(fleet.Add($"n{i}", process => new ClusterNode(this, process)));
        }

        Addresses = [.. _machines.Select(machine => new Address("akka.tcp", SystemName, machine.Name, Port))];
    }

    public Fleet Fleet { get; }

    public Config Config { get; }

    public IReadOnlyList<ClusterPart> Parts => _parts;

    /// <summary>The addresses of all nodes.</summary>
    public IReadOnlyList<Address> Addresses { get; }

    public World World => Fleet.World;

    /// <summary>The nodes whose processes run.</summary>
    public IEnumerable<ClusterNode> Nodes => _machines.Select(machine => machine.Program).OfType<ClusterNode>();

    /// <summary>Whether a node may form a cluster: only while no process is a member, or was told to become the first.</summary>
    /// <remarks>Whoever runs the machines knows that; a node that decided it by itself could not tell a dead cluster from one behind a partition.</remarks>
    public bool MayFound(ClusterNode candidate) => !Nodes.Any(node => node != candidate && (node.IsMember || node.IsFounder));

    private void OnEnded(Machine machine, NodeProgram program)
    {
        if (program is ClusterNode { HasStarted: true } node)
        {
            foreach (var part in _parts)
            {
                part.OnEnded(node);
            }
        }
    }
}
