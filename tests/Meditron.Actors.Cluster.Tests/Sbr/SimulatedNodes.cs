using Meditron.Actors.Actor;
using Meditron.Actors.Actor.Setup;
using Meditron.Actors.Configuration;
using Meditron.Simulation.Worlds;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>Nodes of one cluster on the simulated network, whose links a test cuts.</summary>
internal sealed class SimulatedNodes
{
    public const string Name = "sim";

    private readonly List<Cluster> _clusters = [];
    private readonly List<NodeHost> _hosts = [];

    private SimulatedNodes(World world) => World = world;

    public World World { get; }

    /// <summary>How many nodes there are, running or not.</summary>
    public int Count => _hosts.Count;

    public WorldLeaseStore Lease { get; } = new();

    /// <summary>Runs a test in a world of its own and adds the world's log to its failure.</summary>
    public static void InWorld(ulong seed, int nodes, string config, Action<SimulatedNodes> body)
    {
        using var text = new StringWriter();
        using var log = EventLog.To(text);
        using var world = new World(seed, log);
        world.Enter(() =>
        {
            try
            {
                var all = new SimulatedNodes(world);
                for (var i = 0; i < nodes; i++)
                {
                    all.Add(config);
                }

                all.Run(() => Enumerable.Range(0, nodes).All(i => all.Sees(i).Length == nodes), 60, "all are Up");
                body(all);
                Assert.Null(world.Violation);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"{e.Message}\n{text}", e);
            }
        });
    }

    /// <summary>Runs until something holds, or fails.</summary>
    public void Run(Func<bool> until, double seconds, string what) => Assert.True(
        World.RunUntil(until, TimeSpan.FromSeconds(seconds)),
        $"not within {seconds} s: {what}; alive [{string.Join(",", Alive())}], as seen {string.Join(" ", Alive().Select(i => $"{i}:[{string.Join(",", Sees(i))}]"))}; {World.Violation}");

    public void RunFor(double seconds) => World.RunFor(TimeSpan.FromSeconds(seconds));

    /// <summary>The nodes whose process runs.</summary>
    public int[] Alive() => [.. Enumerable.Range(0, _hosts.Count).Where(i => _hosts[i].IsRunning)];

    /// <summary>The members a node sees as Up, reachable or not.</summary>
    public int[] Sees(int node) =>
    [
        .. _clusters[node].State.Members.Where(m => m.Status == MemberStatus.Up).Select(m => _clusters.FindIndex(c => c.SelfUniqueAddress.Equals(m.UniqueAddress))).Order(),
    ];

    public bool IsUnreachable(int from, int node) =>
        _clusters[from].State.Unreachable.Any(m => m.UniqueAddress.Equals(_clusters[node].SelfUniqueAddress));

    /// <summary>Kills a node's process; its machine goes on.</summary>
    public void Kill(int node) => _hosts[node].Kill();

    /// <summary>Turns a node's machine off.</summary>
    public void PowerOff(int node) => _hosts[node].PowerOff();

    /// <summary>Cuts all links between different groups, in both directions.</summary>
    public void Partition(params int[][] groups)
    {
        for (var a = 0; a < _hosts.Count; a++)
        {
            for (var b = 0; b < _hosts.Count; b++)
            {
                if (a != b && !Array.Exists(groups, g => g.Contains(a) && g.Contains(b)))
                {
                    World.Network.Cut(_hosts[a], _hosts[b]);
                }
            }
        }
    }

    /// <summary>Cuts one link in both directions.</summary>
    public void Cut(int a, int b)
    {
        CutOneWay(a, b);
        CutOneWay(b, a);
    }

    /// <summary>Cuts one direction of a link.</summary>
    public void CutOneWay(int from, int to)
    {
        if (from != to)
        {
            World.Note("test", $"cut {from} -> {to}");
            World.Network.Cut(_hosts[from], _hosts[to]);
        }
    }

    public void Heal() => World.Network.RepairAll();

    /// <summary>Asks a node to leave.</summary>
    public void Leave(int node) => World.As(_hosts[node].Process, () => _clusters[node].Leave(_clusters[node].SelfAddress));

    /// <summary>Starts one more node, which joins; its number.</summary>
    public int Add(string config)
    {
        var host = new NodeHost(World, $"n{_hosts.Count + 1}");
        _hosts.Add(host);
        var process = host.Start();
        var system = SimulatedSystem.Start(
            process,
            Name,
            ConfigurationFactory.ParseString(config)
                .WithFallback(ConfigurationFactory.ParseString($$"""
                    akka {
                      loglevel = INFO
                      actor.provider = cluster
                      remote { secret = s3cret, dot-netty.tcp { hostname = {{host.Name}} } }
                      cluster.seed-nodes = ["akka.tcp://{{Name}}@n1:2552"]
                    }
                    """))
                .WithFallback(SimulatedSystem.Defaults),
            new LeaseStoreSetup(Lease));
        World.As(process, () => _clusters.Add(Cluster.Get(system)));
        return _hosts.Count - 1;
    }
}

/// <summary>Gives the systems of a world their common lease.</summary>
internal sealed class LeaseStoreSetup(WorldLeaseStore store) : Setup
{
    public WorldLeaseStore Store { get; } = store;
}
