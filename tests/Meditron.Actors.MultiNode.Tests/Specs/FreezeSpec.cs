using Meditron.Actors.Cluster;
using Meditron.Actors.MultiNode.Tests.Clusters;
using Meditron.Testing.Processes;

namespace Meditron.Actors.MultiNode.Tests.Specs;

public class FreezeSpec
{
    [Fact]
    public async Task A_process_stopped_and_continued_is_unreachable_and_reachable_again_and_nobody_is_downed()
    {
        await using var cluster = new ProcessCluster();
        var nodes = await cluster.StartAll(3);
        nodes[2].Send(Signal.Stop);
        await nodes[0].SeesUnreachable(nodes[2]);
        await nodes[1].SeesUnreachable(nodes[2]);
        nodes[2].Send(Signal.Continue);
        await nodes[0].SeesReachable(nodes[2]);
        await nodes[1].SeesReachable(nodes[2]);
        foreach (var node in nodes)
        {
            Assert.All((await node.State()).Members!, m => Assert.Equal(nameof(MemberStatus.Up), m.Status));
        }
    }

    [Fact]
    public async Task A_process_that_is_downed_while_it_is_stopped_shuts_itself_down_once_continued()
    {
        await using var cluster = new ProcessCluster();
        var nodes = await cluster.StartAll(3);
        nodes[2].Send(Signal.Stop);
        await nodes[0].SeesUnreachable(nodes[2]);
        await nodes[1].SeesUnreachable(nodes[2]);
        nodes[0].Tell($"down {nodes[2].Address}");
        await ProcessCluster.AllSee(MemberStatus.Removed, nodes[..2], nodes[2]);
        nodes[2].Send(Signal.Continue);
        Assert.Equal("ClusterDowningReason", await nodes[2].ReasonOfEnd());
        Assert.Equal(ExitCodes.Downed, await nodes[2].Exited());
    }
}
