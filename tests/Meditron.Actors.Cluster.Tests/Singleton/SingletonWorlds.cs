using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Worlds;
using Meditron.Actors.Cluster.Tools.Singleton;
using Meditron.Simulation.Worlds;

namespace Meditron.Actors.Cluster.Tests.Singleton;

/// <summary>Clusters in virtual time, in each of which a singleton lives through what one seed says.</summary>
public class SingletonWorlds
{
    private const string WithoutMargin = "akka.cluster { down-removal-margin = 1ms, split-brain-resolver.stable-after = 500ms }";

    private static readonly string WithLease = $"akka.cluster.singleton {{ use-lease = world-lease, lease-retry-interval = 1s }}\nakka.cluster.down-removal-margin = 1ms\n{WorldLease.Config("world-lease")}";

    [Fact]
    public void Never_two_while_nodes_leave_crash_and_come_back() => Each(120, "", (world, lives) =>
    {
        Begin(world, lives);
        for (var i = 0; i < 4; i++)
        {
            LeaveOrCrash(world);
            world.RunFor(world.Random.Pick([0.005, 0.05, 0.5, 5, 20]));
        }

        End(world, lives);
    });

    [Fact]
    public void Never_two_while_the_network_splits_and_heals() => Each(100, "", (world, lives) =>
    {
        Begin(world, lives);
        SplitAndHeal(world, oneWay: 0);
        End(world, lives);
    });

    [Fact]
    public void With_a_lease_never_two_whatever_the_members_decide() => Each(
        80,
        WithLease,
        (world, lives) =>
        {
            Begin(world, lives);
            SplitAndHeal(world, oneWay: 0.5);

            // Cuts of one direction can leave two clusters, each of which thinks the other dead; there is one singleton nevertheless.
            Assert.True(world.World.RunUntil(() => Restarted(world) && lives.Count == 1, TimeSpan.FromSeconds(100)), "no singleton runs at the end");
        });

    // What these worlds look for can be found: nothing but a lease, or the journal's unique key, keeps a process from going on that was stopped for long.
    [Fact]
    public void A_process_that_was_stopped_for_longer_than_the_margin_shows_two() => ClusterWorld.Each(
        5, 5, "", () => new Lives(), StartManager, (world, lives) =>
        {
            Begin(world, lives);
            var oldest = lives.Alive!;
            oldest.Pause();
            lives.Tolerates = true;
            Assert.True(world.World.RunUntil(() => lives.Most == 2, TimeSpan.FromSeconds(60)), "no other member took over");
            oldest.Resume();
            Assert.True(world.World.RunUntil(() => lives.Count == 1, TimeSpan.FromSeconds(20)), "the one that was stopped goes on");
            Assert.NotEqual(oldest, lives.Alive);
        });

    [Fact]
    public void The_next_takes_over_from_a_killed_oldest_at_once_where_there_is_no_margin() => Each(
        30,
        WithoutMargin,
        (world, lives) =>
        {
            Begin(world, lives);
            var oldest = lives.Alive!;
            oldest.Host.Kill();
            var killed = world.World.Now;
            Assert.True(world.World.RunUntil(() => lives.Count == 1, TimeSpan.FromSeconds(20)), "no singleton runs again");
            Assert.NotEqual(oldest.Name, lives.Alive!.Name);
            Assert.True(world.World.Now - killed < TimeSpan.FromSeconds(2), $"it took {world.World.Now - killed}");
        });

    private static void SplitAndHeal(ClusterWorld world, double oneWay)
    {
        for (var i = 0; i < 2; i++)
        {
            var side = world.Hosts.Where(_ => world.Random.Chance(0.5)).ToList();
            world.Split(side, bothWays: !world.Random.Chance(oneWay));
            world.RunFor(world.Random.Pick([1, 7, 11, 40]));
            if (world.Random.Chance(0.3))
            {
                LeaveOrCrash(world);
                world.RunFor(world.Random.Pick([0.05, 2, 10]));
            }

            world.World.Network.RepairAll();
            world.RunFor(world.Random.Pick([0.1, 3, 15]));
        }
    }

    private static void LeaveOrCrash(ClusterWorld world)
    {
        if (world.Nodes.Count < 3)
        {
            world.StartAll();
        }

        var node = world.Random.Pick(world.Nodes);
        switch (world.Random.Below(5))
        {
            case 0:
                node.Process.Host.Kill();
                break;
            case 1:
                node.Process.Host.PowerOff();
                break;
            case 2:
                // At once a new incarnation.
                node.Process.Host.Kill();
                world.Start(node.Process.Host);
                break;
            default:
                world.World.As(node.Process, () => node.Cluster.Leave(node.Cluster.SelfAddress));
                break;
        }
    }

    private static void Begin(ClusterWorld world, Lives lives)
    {
        world.StartAll();
        Assert.True(world.AllUp(60), "not all nodes came Up");
        Assert.True(world.World.RunUntil(() => lives.Count == 1, TimeSpan.FromSeconds(30)), "no singleton runs at the beginning");
    }

    private static void End(ClusterWorld world, Lives lives)
    {
        world.World.Network.RepairAll();
        world.RunFor(20);
        world.StartAll();
        Assert.True(world.World.RunUntil(() => Restarted(world) && world.AllAreUp, TimeSpan.FromSeconds(300)), "not all nodes came Up at the end");
        Assert.True(world.World.RunUntil(() => lives.Count == 1, TimeSpan.FromSeconds(60)), "no singleton runs at the end");
    }

    // Nodes that were downed end by themselves.
    private static bool Restarted(ClusterWorld world)
    {
        if (world.Nodes.Count < world.Hosts.Count)
        {
            world.StartAll();
        }

        return true;
    }

    private static void Each(int seeds, string config, Action<ClusterWorld, Lives> script) =>
        ClusterWorld.Each(seeds, 5, config, () => new Lives(), StartManager, script);

    private static void StartManager(ClusterWorldNode node, Lives lives)
    {
        var process = node.Process;
        node.System.ActorOf(
            ClusterSingletonManager.Props(
                Props.Create(() => new Instance(process, lives)), PoisonPill.Instance, ClusterSingletonManagerSettings.Create(node.System)),
            "manager");
        node.Process.Ended += () => lives.End(process);
    }

    /// <summary>The instances of the singleton that live in one world.</summary>
    private sealed class Lives
    {
        private readonly List<NodeProcess> _alive = [];

        public int Count => _alive.Count;

        public int Most { get; private set; }

        /// <summary>Whether more than one is only counted.</summary>
        public bool Tolerates { get; set; }

        public NodeProcess? Alive => _alive.FirstOrDefault();

        public void Begin(NodeProcess process)
        {
            process.World.Note(process.Name, "singleton starts");
            if (_alive.Count > 0 && !Tolerates)
            {
                process.World.Violate("one singleton", $"A singleton starts on {process.Name} while one lives on {_alive[0].Name}.");
            }

            _alive.Add(process);
            Most = Math.Max(Most, _alive.Count);
        }

        public void End(NodeProcess process)
        {
            if (_alive.Remove(process))
            {
                process.World.Note(process.Name, "singleton ends");
            }
        }
    }

    private sealed class Instance : UntypedActor
    {
        private readonly NodeProcess _process;
        private readonly Lives _lives;

        public Instance(NodeProcess process, Lives lives)
        {
            _process = process;
            _lives = lives;
        }

        protected override void PreStart() => _lives.Begin(_process);

        protected override void PostStop() => _lives.End(_process);

        protected override void OnReceive(object message)
        {
        }
    }
}
