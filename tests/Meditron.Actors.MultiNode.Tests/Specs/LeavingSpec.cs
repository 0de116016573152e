using Meditron.Actors.Cluster;
using Meditron.Actors.MultiNode.Tests.Clusters;
using Meditron.Testing.Processes;

namespace Meditron.Actors.MultiNode.Tests.Specs;

public class LeavingSpec
{
    [Fact]
    public async Task A_process_that_is_asked_to_end_hands_its_singleton_over_leaves_and_exits_with_0()
    {
        await using var cluster = new ProcessCluster();
        var nodes = await cluster.StartAll(3);
        nodes[0].Send(Signal.Term);
        Assert.Equal("ClrExitReason", await nodes[0].ReasonOfEnd());
        Assert.Equal(0, await nodes[0].Exited());
        foreach (var node in nodes[1..])
        {
            await node.Sees(MemberStatus.Leaving, nodes[0]);
            Assert.Equal(nameof(MemberStatus.Exiting), (await node.Sees(MemberStatus.Removed, nodes[0])).Previous);
        }

        await ProcessCluster.Any(nodes[1..], n => n.StartsSingleton());
        var writes = cluster.NeverTwoSingletons();
        Assert.Contains(writes, w => w.Owner == nodes[0].Address && w.What == "stop");
        Assert.NotEqual(nodes[0].Address, writes[^1].Owner);
    }

    [Fact]
    public async Task Processes_asked_to_end_all_at_once_all_exit_with_0()
    {
        await using var cluster = new ProcessCluster();
        var nodes = await cluster.StartAll(3);
        foreach (var node in nodes)
        {
            node.Send(Signal.Term);
        }

        foreach (var node in nodes)
        {
            Assert.Equal(0, await node.Exited());
        }

        Assert.Equal("stop", cluster.NeverTwoSingletons()[^1].What);
    }

    [Fact]
    public async Task A_process_that_leaves_by_a_command_of_another_one_exits_with_0()
    {
        await using var cluster = new ProcessCluster();
        var nodes = await cluster.StartAll(3);
        nodes[2].Tell($"leave {nodes[1].Address}");
        Assert.Equal("ClusterLeavingReason", await nodes[1].ReasonOfEnd());
        Assert.Equal(0, await nodes[1].Exited());
        await nodes[0].Sees(MemberStatus.Removed, nodes[1]);
        await nodes[2].Sees(MemberStatus.Removed, nodes[1]);
        Assert.All(cluster.NeverTwoSingletons(), w => Assert.Equal(nodes[0].Address, w.Owner));
    }
}
