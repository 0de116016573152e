namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>Whole nodes over the simulated network: each strategy decides a split as documented, and a seed repeats it.</summary>
public class SimulatedSplitSpec
{
    private const string Fast = """
        akka.cluster {
          gossip-interval = 200ms
          leader-actions-interval = 200ms
          unreachable-nodes-reaper-interval = 200ms
          failure-detector { heartbeat-interval = 200ms, acceptable-heartbeat-pause = 1s }
          split-brain-resolver.stable-after = 3s
        }
        """;

    // The nodes are n1, n2 ..., of which n1 is the oldest and has the lowest address.
    [Theory]
    [InlineData("active-strategy = keep-majority", new[] { 0, 1, 2 }, new[] { 3, 4 }, 0)]
    [InlineData("active-strategy = keep-majority", new[] { 0, 1 }, new[] { 2, 3, 4 }, 1)]
    [InlineData("active-strategy = keep-majority", new[] { 2, 3 }, new[] { 0, 1 }, 1)]
    [InlineData("active-strategy = static-quorum, static-quorum.quorum-size = 3", new[] { 0, 1 }, new[] { 2, 3, 4 }, 1)]
    [InlineData("active-strategy = static-quorum, static-quorum.quorum-size = 4", new[] { 0, 1 }, new[] { 2, 3, 4 }, -1)]
    [InlineData("active-strategy = static-quorum, static-quorum.quorum-size = 2", new[] { 0, 1 }, new[] { 2, 3, 4 }, -1)]
    [InlineData("active-strategy = keep-oldest", new[] { 0, 1 }, new[] { 2, 3, 4 }, 0)]
    [InlineData("active-strategy = keep-oldest", new[] { 0 }, new[] { 1, 2, 3 }, 1)]
    [InlineData("active-strategy = keep-oldest, keep-oldest.down-if-alone = off", new[] { 0 }, new[] { 1, 2, 3 }, 0)]
    [InlineData("active-strategy = lease-majority, lease-majority.lease-implementation = world-lease", new[] { 0, 1 }, new[] { 2, 3, 4 }, 1)]
    [InlineData("active-strategy = down-all", new[] { 0, 1, 2 }, new[] { 3, 4 }, -1)]
    public void The_side_that_the_strategy_names_goes_on_and_the_other_ends(string strategy, int[] one, int[] other, int kept)
    {
        for (var seed = 1UL; seed <= 3; seed++)
        {
            SimulatedNodes.InWorld(seed, one.Length + other.Length, Config(strategy), nodes =>
            {
                nodes.Partition(one, other);
                var rest = kept switch { 0 => one, 1 => other, _ => [] };
                nodes.Run(() => nodes.Alive().SequenceEqual(rest.Order()) && rest.All(i => nodes.Sees(i).SequenceEqual(rest.Order())), 40, $"only {string.Join(",", rest)} go on");
                nodes.RunFor(20);
                Assert.Equal(rest.Order(), nodes.Alive());
                Assert.Equal(kept == 1 && strategy.Contains("lease", StringComparison.Ordinal) ? ["sim@n3:2552"] : [], nodes.Lease.Owners);
            });
        }
    }

    [Fact]
    public void Whoever_of_two_sides_gets_the_lease_goes_on_alone()
    {
        var larger = 0;
        for (var seed = 10UL; seed < 20; seed++)
        {
            SimulatedNodes.InWorld(
                seed, 4, Config("active-strategy = lease-majority, lease-majority { lease-implementation = world-lease, acquire-lease-delay-for-minority = 100ms }"), nodes =>
            {
                nodes.Partition([0, 1], [2, 3]);
                nodes.Run(() => nodes.Alive().Length == 2, 40, "one side is left");
                nodes.RunFor(20);
                var alive = nodes.Alive();
                Assert.Single(nodes.Lease.Owners);
                Assert.True(alive is [0, 1] or [2, 3], string.Join(",", alive));
                Assert.Equal($"sim@n{alive[0] + 1}:2552", nodes.Lease.Owners[0]);
                Assert.All(alive, i => Assert.Equal(alive, nodes.Sees(i)));
                larger += alive[0] == 0 ? 1 : 0;
            });
        }

        Assert.True(larger >= 5, $"the side with the lowest address has won {larger} times only");
    }

    [Fact]
    public void A_split_that_heals_in_time_costs_nobody()
    {
        for (var seed = 30UL; seed < 35; seed++)
        {
            SimulatedNodes.InWorld(seed, 4, Config("active-strategy = keep-majority", stableAfter: "8s"), nodes =>
            {
                nodes.Partition([0, 1, 2], [3]);
                nodes.Run(() => nodes.IsUnreachable(0, 3) && nodes.IsUnreachable(3, 0), 10, "the sides have lost each other");
                nodes.RunFor(2);
                nodes.Heal();
                nodes.Run(() => !nodes.IsUnreachable(0, 3) && !nodes.IsUnreachable(3, 0), 20, "they hear each other again");
                nodes.RunFor(20);
                Assert.Equal([0, 1, 2, 3], nodes.Alive());
                Assert.Equal([0, 1, 2, 3], nodes.Sees(3));
            });
        }
    }

    [Fact]
    public void Members_that_do_not_hear_each_other_end_both()
    {
        for (var seed = 40UL; seed < 45; seed++)
        {
            SimulatedNodes.InWorld(seed, 5, Config("active-strategy = keep-majority"), nodes =>
            {
                nodes.Cut(3, 4);
                nodes.Run(() => nodes.Alive().SequenceEqual([0, 1, 2]) && nodes.Sees(0).Length == 3, 40, "the ends of the broken link have ended");
                nodes.RunFor(20);
                Assert.Equal([0, 1, 2], nodes.Alive());
            });
        }
    }

    [Fact]
    public void Of_three_parts_without_a_majority_none_goes_on()
    {
        SimulatedNodes.InWorld(50, 5, Config("active-strategy = keep-majority"), nodes =>
        {
            nodes.Partition([0, 1], [2, 3], [4]);
            nodes.Run(() => nodes.Alive().Length == 0, 40, "all have ended");
        });
    }

    [Fact]
    public void A_killed_process_is_removed_stable_after_its_death_and_hardly_later_whatever_the_periodic_intervals()
    {
        // All periodic work once in a while only: none of it may be what the removal waits for.
        const string Slow = """
            akka.cluster {
              gossip-interval = 60s
              leader-actions-interval = 60s
              unreachable-nodes-reaper-interval = 60s
              split-brain-resolver { active-strategy = keep-majority, stable-after = 200ms }
            }
            """;
        for (var seed = 60UL; seed < 80; seed++)
        {
            var victim = (int)(seed % 3);
            SimulatedNodes.InWorld(seed, 3, Slow, nodes =>
            {
                nodes.RunFor(5);
                var others = nodes.Alive().Where(i => i != victim).ToArray();
                var before = nodes.World.Now;
                nodes.Kill(victim);
                nodes.Run(() => others.All(i => nodes.Sees(i).SequenceEqual(others)), 5, "the others have removed it");
                Assert.InRange((nodes.World.Now - before).TotalMilliseconds, 200, 400);
            });
        }
    }

    [Fact]
    public void A_machine_without_power_is_removed_once_its_silence_is_long_enough()
    {
        SimulatedNodes.InWorld(81, 3, Config("active-strategy = keep-majority"), nodes =>
        {
            nodes.RunFor(5);
            nodes.PowerOff(2);
            nodes.Run(() => nodes.Sees(0).Length == 2 && nodes.Sees(1).Length == 2, 15, "the others have removed it");
        });
    }

    [Fact]
    public void A_seed_repeats_a_split_step_by_step()
    {
        var digests = new HashSet<ulong>();
        for (var i = 0; i < 2; i++)
        {
            SimulatedNodes.InWorld(90, 5, Config("active-strategy = keep-oldest"), nodes =>
            {
                nodes.Partition([0, 1], [2, 3, 4]);
                nodes.RunFor(20);
                digests.Add(nodes.World.Digest);
            });
        }

        Assert.Single(digests);
    }

    private static string Config(string strategy, string stableAfter = "3s") => $$"""
        {{Fast}}
        akka.cluster.split-brain-resolver { stable-after = {{stableAfter}}, {{strategy}} }
        world-lease.lease-class = "{{typeof(WorldLease).AssemblyQualifiedName}}"
        """;
}
