namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>Random splits of random clusters, some while a member leaves or a node joins: there are never two clusters, and the strategy's side goes on.</summary>
public class RandomSplitSpec
{
    private static readonly string[] _strategies =
    [
        "split-brain-resolver.active-strategy = keep-majority",
        "split-brain-resolver.active-strategy = keep-oldest",
        "split-brain-resolver { active-strategy = keep-oldest, keep-oldest.down-if-alone = off }",
        "split-brain-resolver { active-strategy = static-quorum, static-quorum.quorum-size = 3 }",
        "split-brain-resolver { active-strategy = lease-majority, lease-majority.lease-implementation = world-lease }",
    ];

    [Fact]
    public void There_are_never_two_clusters_after_a_split() => Run(1000, 40, _strategies, OneSplit);

    [Fact]
    public void There_are_never_two_clusters_after_splits_that_come_and_go() => Run(100_000, 40, _strategies, SplitsThatComeAndGo);

    [Fact]
    public void A_second_split_before_the_first_is_decided_makes_no_two_clusters() => Run(1_003_098, 1, _strategies, SplitsThatComeAndGo);

    [Fact]
    public void With_auto_downing_there_are_two()
    {
        // The same splits find what the resolver is there to prevent.
        string[] none = ["downing-provider-class = \"\", auto-down-unreachable-after = 4s"];
        Assert.Contains("there are [", Assert.Throws<InvalidOperationException>(() => Run(1000, 40, none, OneSplit)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Category", "Soak")]
    [InlineData(1_000_000, 2000)]
    public void There_are_never_two_clusters_for_thousands_of_seeds(ulong from, ulong count)
    {
        Run(from, count, _strategies, OneSplit);
        Run(from + count, count, _strategies, SplitsThatComeAndGo);
    }

    private static void OneSplit(SimulatedNodes cluster, Random random, string config)
    {
        cluster.RunFor(random.NextDouble() * 3);
        Disturb(cluster, random, config);
        cluster.Partition(Parts(cluster, random));
        cluster.RunFor(120);
        AssertOneCluster(cluster);
    }

    private static void SplitsThatComeAndGo(SimulatedNodes cluster, Random random, string config)
    {
        for (var i = random.Next(2, 7); i > 0; i--)
        {
            cluster.RunFor(random.NextDouble() * (random.Next(3) == 0 ? 15 : 4));
            switch (random.Next(4))
            {
                case 0:
                    cluster.Heal();
                    break;
                case 1:
                    Disturb(cluster, random, config);
                    break;
                default:
                    cluster.Partition(Parts(cluster, random));
                    break;
            }
        }

        cluster.RunFor(120);
        AssertOneCluster(cluster);
        cluster.Heal();
        cluster.RunFor(60);
        AssertOneCluster(cluster);
    }

    private static void Run(ulong from, ulong count, string[] strategies, Action<SimulatedNodes, Random, string> scenario)
    {
        for (var seed = from; seed < from + count; seed++)
        {
            var random = new Random((int)seed);
            var config = Config(strategies[random.Next(strategies.Length)]);
            SimulatedNodes.InWorld(seed, random.Next(3, 6), config, cluster =>
            {
                cluster.World.Note("test", $"seed {seed}");
                scenario(cluster, random, config);
            });
        }
    }

    private static void Disturb(SimulatedNodes cluster, Random random, string config)
    {
        var alive = cluster.Alive();
        if (alive.Length == 0)
        {
            return;
        }

        var one = alive[random.Next(alive.Length)];
        var other = alive[random.Next(alive.Length)];
        switch (random.Next(6))
        {
            case 0:
                cluster.Leave(one);
                break;
            case 1 when cluster.Count < 7:
                cluster.Add(config);
                break;
            case 2:
                cluster.Kill(one);
                break;
            case 3:
                cluster.Cut(one, other);
                break;
            case 4:
                cluster.CutOneWay(one, other);
                break;
            default:
                break;
        }

        cluster.RunFor(random.NextDouble() * 0.1);
    }

    private static int[][] Parts(SimulatedNodes cluster, Random random)
    {
        var groups = new List<int>[] { [], [], [] };
        for (var i = 0; i < cluster.Count; i++)
        {
            groups[random.Next(random.Next(4) == 0 ? 3 : 2)].Add(i);
        }

        cluster.World.Note("test", $"split {string.Join(" | ", groups.Select(g => string.Join(",", g)))}");
        return [.. groups.Select(g => g.ToArray())];
    }

    private static void AssertOneCluster(SimulatedNodes cluster)
    {
        var clusters = cluster.Alive().Where(i => cluster.Sees(i).Contains(i)).GroupBy(i => string.Join(",", cluster.Sees(i)));
        Assert.True(
            clusters.Count() <= 1,
            $"there are {string.Join(" and ", clusters.Select(g => $"[{g.Key}] as {string.Join(",", g)} sees it"))}");
    }

    private static string Config(string strategy) => $$"""
        akka.cluster {
          gossip-interval = 200ms
          leader-actions-interval = 200ms
          unreachable-nodes-reaper-interval = 200ms
          failure-detector { heartbeat-interval = 200ms, acceptable-heartbeat-pause = 1s }
          split-brain-resolver.stable-after = 4s
          {{strategy}}
        }
        world-lease.lease-class = "{{typeof(WorldLease).AssemblyQualifiedName}}"
        """;
}
