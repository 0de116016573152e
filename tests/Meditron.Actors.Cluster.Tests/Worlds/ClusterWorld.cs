using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Simulation.Worlds;

namespace Meditron.Actors.Cluster.Tests.Worlds;

/// <summary>A cluster of production actor systems in virtual time, whose machines fail as one seed says.</summary>
internal sealed class ClusterWorld : IDisposable
{
    private const string System = "sim";

    private static readonly Config _base = ConfigurationFactory.ParseString(
        """
        akka {
          actor.provider = cluster
          remote.secret = "a secret of the simulation"
          cluster {
            app-version = "1.0.0"
            shutdown-after-unsuccessful-join-seed-nodes = 30s
            split-brain-resolver.stable-after = 7s
          }
        }
        """).WithFallback(SimulatedSystem.Defaults);

    private readonly StringWriter? _text;
    private readonly Config _config;
    private readonly Action<ClusterWorldNode> _start;
    private readonly Dictionary<string, NodeProcess> _leases = new(StringComparer.Ordinal);

    /// <summary>Makes the machines; what runs on a node besides the cluster is started by <paramref name="start"/>.</summary>
    public ClusterWorld(ulong seed, int size, string config, Action<ClusterWorldNode> start, bool log = false)
    {
        _text = log ? new StringWriter() : null;
        World = new World(seed, _text is null ? null : EventLog.To(_text));
        Random = World.Random("script");
        _config = ConfigurationFactory.ParseString($"{config}\nakka.loglevel = {(log ? "INFO" : "WARNING")}").WithFallback(_base);
        _start = start;
        Hosts = [.. Enumerable.Range(1, size).Select(i => new NodeHost(World, $"n{i}"))];
    }

    public World World { get; }

    public SeededRandom Random { get; }

    public IReadOnlyList<NodeHost> Hosts { get; }

    /// <summary>The nodes that have been started and whose processes live.</summary>
    public List<ClusterWorldNode> Nodes { get; } = [];

    public IEnumerable<ClusterWorldNode> Members => Nodes.Where(n => n.Cluster.SelfMember.Status is MemberStatus.Up or MemberStatus.Leaving);

    /// <summary>The last lines of the event log.</summary>
    public string Tail => string.Join('\n', (_text?.ToString() ?? "").Split('\n').Where(l => !l.Contains("InitJoin", StringComparison.Ordinal) && !l.Contains("Couldn't join", StringComparison.Ordinal)).TakeLast(600));

    /// <summary>Runs a script for many seeds. If it fails for one, that one is run again with its event log.</summary>
    /// <param name="seeds">The number of seeds.</param>
    /// <param name="size">The number of machines.</param>
    /// <param name="config">What is configured besides.</param>
    /// <param name="state">Makes what the script and the nodes of one world share.</param>
    /// <param name="start">Starts what runs on a node besides the cluster.</param>
    /// <param name="script">What happens, and what is asserted.</param>
    public static void Each<T>(int seeds, int size, string config, Func<T> state, Action<ClusterWorldNode, T> start, Action<ClusterWorld, T> script)
    {
        for (var seed = 1UL; seed <= (ulong)seeds; seed++)
        {
            try
            {
                Run(seed, log: false);
            }
            catch (InvalidOperationException)
            {
                Run(seed, log: true);
                throw;
            }
        }

        void Run(ulong seed, bool log)
        {
            var shared = state();
            using var world = new ClusterWorld(seed, size, config, node => start(node, shared), log);
            world.World.Enter(() =>
            {
                try
                {
                    script(world, shared);
                    if (world.World.Violation is { } violation)
                    {
                        throw violation;
                    }
                }
                catch (Exception e) when (e is not OutOfMemoryException)
                {
                    throw new InvalidOperationException($"Seed {seed}: {world.World.Violation?.Message} {e.Message}\n{world.Tail}", world.World.Violation ?? e);
                }
            });
        }
    }

    /// <summary>Starts a node; it founds a cluster if no other one is a member, and joins through one otherwise.</summary>
    public ClusterWorldNode Start(NodeHost host)
    {
        var process = host.Start();
        var system = SimulatedSystem.Start(
            process,
            System,
            ConfigurationFactory.ParseString($"akka.remote.dot-netty.tcp.hostname = {host.Name}").WithFallback(_config),
            new WorldLeases(_leases, process));
        var node = new ClusterWorldNode(process, system);
        process.Ended += () => Nodes.RemoveAll(n => ReferenceEquals(n, node));
        World.As(process, () => _start(node));
        Nodes.Add(node);
        World.As(process, () => Join(node));
        return node;
    }

    /// <summary>Starts all machines that run no process, one after the other.</summary>
    public void StartAll()
    {
        foreach (var host in Hosts)
        {
            if (!host.IsRunning)
            {
                Start(host);
            }
        }
    }

    /// <summary>Whether all nodes that run are Up and see each other so.</summary>
    public bool AllAreUp => Nodes.TrueForAll(n =>
        n.Cluster.State.Members.Count == Nodes.Count && n.Cluster.State.Members.All(m => m.Status == MemberStatus.Up));

    public bool AllUp(double seconds) => World.RunUntil(() => AllAreUp, TimeSpan.FromSeconds(seconds));

    public void RunFor(double seconds) => World.RunFor(TimeSpan.FromSeconds(seconds));

    public void Split(IReadOnlyList<NodeHost> side, bool bothWays = true)
    {
        foreach (var a in side)
        {
            foreach (var b in Hosts.Where(h => !side.Contains(h)))
            {
                World.Network.Cut(a, b);
                if (bothWays)
                {
                    World.Network.Cut(b, a);
                }
            }
        }
    }

    public void Dispose() => World.Dispose();

    // Who runs the machines tells a node to found a cluster only when no process is left that was a member of one: the node itself could not tell.
    private void Join(ClusterWorldNode node)
    {
        if (node.IsMember || node.Cluster.IsTerminated)
        {
            return;
        }

        var up = Nodes.Where(n => n.Cluster.SelfMember.Status == MemberStatus.Up).Select(n => n.Cluster.SelfAddress).ToList();
        if (up.Count > 0)
        {
            node.Cluster.JoinSeedNodes(up);
        }
        else if (!Nodes.Exists(n => n != node && (n.IsMember || n.IsFounder || n.Cluster.IsTerminated)))
        {
            node.IsFounder = true;
            node.Cluster.Join(node.Cluster.SelfAddress);
        }

        World.At(TimeSpan.FromSeconds(3), node.Process, () => Join(node));
    }
}

/// <summary>One process of a <see cref="ClusterWorld"/>.</summary>
internal sealed class ClusterWorldNode(NodeProcess process, ActorSystem system)
{
    public NodeProcess Process => process;

    public ActorSystem System => system;

    public Cluster Cluster { get; } = Cluster.Get(system);

    public string Name => Process.Name;

    public bool IsFounder { get; set; }

    public bool IsMember => Cluster.SelfMember.Status != MemberStatus.Removed;
}
