using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Cluster.Tests.Nodes;

/// <summary>One node of a cluster in this process: a system of its own on a free loopback port, with all its cluster events recorded.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    public const string Fast = """
        akka {
          loglevel = WARNING
          stdout-loglevel = OFF
          loggers = []
          actor.provider = cluster
          remote { dot-netty.tcp { hostname = "127.0.0.1", port = 0 }, retry-gate-closed-for = 100ms }
          cluster {
            downing-provider-class = ""
            seed-node-timeout = 1s
            retry-unsuccessful-join-after = 2s
            periodic-tasks-initial-delay = 50ms
            gossip-interval = 100ms
            leader-actions-interval = 100ms
            unreachable-nodes-reaper-interval = 100ms
            failure-detector { heartbeat-interval = 100ms, acceptable-heartbeat-pause = 20s, min-std-deviation = 50ms }
          }
          coordinated-shutdown { run-by-clr-shutdown-hook = off }
        }
        """;

    /// <summary>Settings of nodes at a loopback address that nobody else's connections start from: a port of it is free again when its node has ended.</summary>
    public const string Quiet = "akka.remote.dot-netty.tcp.hostname = \"127.0.77.2\"\n";

    /// <summary>How long a test waits for what must come; it matters only when that does not come, so it is long enough for any machine.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private TestNode(ActorSystem system)
    {
        System = system;
        Cluster = Cluster.Get(system);
        var recorder = system.ActorOf(Recorder.Props, "recorder");
        Cluster.Subscribe(recorder, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.IClusterDomainEvent));
    }

    public ActorSystem System { get; }

    public Cluster Cluster { get; }

    public EventRecorder Recorder { get; } = new();

    public Address Address => Cluster.SelfAddress;

    public UniqueAddress Node => Cluster.SelfUniqueAddress;

    public static TestNode Start(string config = "", string name = "sys") =>
        new(ActorSystem.Create(name, ConfigurationFactory.ParseString(config).WithFallback(ConfigurationFactory.ParseString(Fast))));

    /// <summary>Starts nodes, joins the others to the first one after another, and waits until all see all Up and talk with each other.</summary>
    public static async Task<TestNode[]> StartCluster(int count, string config = "")
    {
        var nodes = Enumerable.Range(0, count).Select(_ => Start(config)).ToArray();
        await Join(nodes);
        return nodes;
    }

    public static async Task Join(params TestNode[] nodes)
    {
        foreach (var node in nodes)
        {
            node.Cluster.Join(nodes[0].Address);
            await node.Sees<ClusterEvent.MemberUp>(node);
        }

        await AllUp(nodes);
    }

    public static async Task AllUp(params TestNode[] nodes)
    {
        foreach (var node in nodes)
        {
            foreach (var other in nodes)
            {
                await node.Sees<ClusterEvent.MemberUp>(other);
            }
        }

        // Members that only gossip has told of have no connection yet, whose end would tell of theirs.
        foreach (var node in nodes)
        {
            foreach (var other in nodes)
            {
                await node.System.ActorSelection($"{other.Address}/user/recorder").ResolveOne(Deadline);
            }
        }
    }

    /// <summary>Waits for an event about a member.</summary>
    public Task<T> Sees<T>(TestNode other)
        where T : ClusterEvent.IClusterDomainEvent =>
        Recorder.WaitFor<T>(
            e => e switch
            {
                ClusterEvent.IMemberEvent m => m.Member.UniqueAddress.Equals(other.Node),
                ClusterEvent.ReachabilityEvent r => r.Member.UniqueAddress.Equals(other.Node),
                _ => false,
            },
            $"{typeof(T).Name} of {other.Address} at {Address}");

    /// <summary>The statuses a member went through, as this node saw it.</summary>
    public MemberStatus[] LifeOf(TestNode other) =>
        [.. Recorder.Events.OfType<ClusterEvent.IMemberEvent>().Where(e => e.Member.UniqueAddress.Equals(other.Node)).Select(e => e.Member.Status)];

    /// <summary>Ends the system without any goodbye of the cluster, as a crash would, but for the closed connections.</summary>
    public async Task Crash()
    {
        ((ExtendedActorSystem)System).Abort();
        await System.WhenTerminated.WaitAsync(TestNode.Deadline);
    }

    public async ValueTask DisposeAsync()
    {
        ((ExtendedActorSystem)System).Abort();
        await System.WhenTerminated.WaitAsync(TestNode.Deadline);
    }
}
