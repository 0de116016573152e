using Meditron.ActorNode.Driver;
using Meditron.Actors.Cluster;
using Meditron.Actors.MultiNode.Tests.Clusters;

namespace Meditron.Actors.MultiNode.Tests.Specs;

public class KillSpec
{
    [Theory]
    [InlineData(3, "a member that is neither the leader nor the oldest")]
    [InlineData(1, "the leader")]
    [InlineData(2, "the oldest")]
    public async Task A_killed_member_is_removed_at_once_and_its_singleton_runs_elsewhere(int number, string role)
    {
        // The first seed node is the oldest, the lowest address leads.
        await using var cluster = new ProcessCluster("", 2, 1, 3);
        var nodes = await cluster.StartAll(3);
        var before = await nodes[2].State();
        Assert.Equal(nodes[1].Address, before.Members![0].Node);
        Assert.Equal(nodes[0].Address, before.Leader);
        var victim = nodes[number - 1];
        var others = nodes.Where(n => n != victim).ToArray();

        await victim.Kill();

        foreach (var node in others)
        {
            Assert.Equal(nameof(MemberStatus.Down), (await node.Sees(MemberStatus.Removed, victim)).Previous);
            var state = await node.State();
            Assert.True(state.Members!.Count == 2, $"after the death of {role}: {state}");
            Assert.Empty(state.Unreachable!);
            Assert.Equal(others[0].Address, state.Leader);
        }

        var oldest = (await others[0].State()).Members![0].Node;
        await others.Single(n => n.Address == oldest).StartsSingleton();
        Assert.Equal(oldest, cluster.NeverTwoSingletons()[^1].Owner);
    }

    [Fact]
    public async Task Without_the_knowledge_of_ended_processes_a_killed_member_is_unreachable_until_it_is_downed()
    {
        await using var cluster = new ProcessCluster(Settings.ByHand);
        var nodes = await cluster.StartAll(3);
        await nodes[0].Kill();
        await nodes[1].SeesUnreachable(nodes[0]);
        await nodes[2].SeesUnreachable(nodes[0]);
        nodes[2].Tell($"down {nodes[0].Address}");
        await ProcessCluster.AllSee(MemberStatus.Removed, nodes[1..], nodes[0]);
        await ProcessCluster.Any(nodes[1..], n => n.StartsSingleton());
        cluster.NeverTwoSingletons();
    }

    [Fact]
    public async Task A_singleton_that_holds_a_lease_runs_elsewhere_once_the_lease_of_the_killed_one_has_expired()
    {
        await using var cluster = new ProcessCluster(Settings.Lease + """
            akka.cluster.singleton { use-lease = "akka.coordination.lease.sql", lease-retry-interval = 200ms }
            """);
        var nodes = await cluster.StartAll(3);
        await nodes[0].Kill();
        await ProcessCluster.AllSee(MemberStatus.Removed, nodes[1..], nodes[0]);
        var start = await ProcessCluster.Any(nodes[1..], n => n.StartsSingleton());
        Assert.True(start.At > (await nodes[1].Sees(MemberStatus.Removed, nodes[0])).At);
        cluster.NeverTwoSingletons();
    }

    [Fact]
    public async Task A_process_started_again_at_the_address_of_a_killed_one_joins_as_a_new_incarnation()
    {
        await using var cluster = new ProcessCluster(Settings.ByHand);
        var nodes = await cluster.StartAll(3);
        await nodes[2].Kill();
        var again = await cluster.Start(3, name: "3 again");
        Assert.Equal(nodes[2].Address, again.Address);
        Assert.NotEqual(nodes[2].Uid, again.Uid);
        ClusterNode[] now = [nodes[0], nodes[1], again];
        await ProcessCluster.AllSee(MemberStatus.Removed, nodes[..2], nodes[2]);
        await ProcessCluster.AllUp(now);
        foreach (var node in now)
        {
            var state = await node.State();
            Assert.Equal(now.Select(n => (n.Address, n.Uid)).Order(), state.Members!.Select(m => (m.Node, m.Uid)).Order());
        }

        cluster.NeverTwoSingletons();
    }

    [Fact]
    public async Task The_first_seed_node_started_again_joins_the_cluster_that_lives_on()
    {
        await using var cluster = new ProcessCluster();
        var nodes = await cluster.StartAll(3);
        await nodes[0].Kill();
        var again = await cluster.Start(1, name: "1 again");
        await ProcessCluster.AllUp(nodes[1], nodes[2], again);
        var state = await again.State();
        Assert.Equal(3, state.Members!.Count);
        Assert.Equal(again.Address, state.Members[^1].Node);
        await ProcessCluster.Any(nodes[1..], n => n.StartsSingleton());
        Assert.NotEqual(again.Address, cluster.NeverTwoSingletons()[^1].Owner);
    }
}
