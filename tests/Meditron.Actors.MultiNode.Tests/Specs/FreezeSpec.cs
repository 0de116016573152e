using Meditron.Actors.Cluster;
using Meditron.Actors.MultiNode.Tests.Clusters;
using Meditron.Testing.Processes;

namespace Meditron.Actors.MultiNode.Tests.Specs;

public class FreezeSpec
{
    [Fact]
    public async Task A_process_stopped_for_a_short_time_is_reachable_again_and_nobody_is_downed()
    {
        await using var cluster = new ProcessCluster(Settings.Resolver("keep-majority", "stable-after = 60s"));
        var nodes = await cluster.StartAll(3);
        cluster.Freeze(nodes[0]);
        await nodes[1].SeesUnreachable(nodes[0]);
        await nodes[2].SeesUnreachable(nodes[0]);
        nodes[0].Send(Signal.Continue);
        await nodes[1].SeesReachable(nodes[0]);
        await nodes[2].SeesReachable(nodes[0]);
        foreach (var node in nodes)
        {
            Assert.All((await node.State()).Members!, m => Assert.Equal(nameof(MemberStatus.Up), m.Status));
        }

        Assert.All(cluster.NeverTwoSingletons(), w => Assert.Equal(nodes[0].Address, w.Owner));
    }

    [Theory]
    [InlineData(1, "the oldest, which has the singleton")]
    [InlineData(3, "another member")]
    public async Task A_process_stopped_for_long_is_removed_and_ends_itself_once_continued(int number, string role)
    {
        await using var cluster = new ProcessCluster(Settings.Resolver("keep-majority"));
        var nodes = await cluster.StartAll(3);
        var frozen = nodes[number - 1];
        var others = nodes.Where(n => n != frozen).ToArray();
        cluster.Freeze(frozen);
        await ProcessCluster.AllSee(MemberStatus.Removed, others, frozen);
        if (number == 1)
        {
            await ProcessCluster.Any(others, n => n.StartsSingleton());
        }

        frozen.Send(Signal.Continue);
        Assert.Equal("ClusterDowningReason", await frozen.ReasonOfEnd());
        Assert.Equal(ExitCodes.Downed, await frozen.Exited());

        // What the thawed singleton tries to write under a token that another one has taken is refused, and counted as such.
        var owners = cluster.NeverTwoSingletons().Where(w => w.Held).Select(w => w.Owner).Distinct().Count();
        Assert.True(owners == (number == 1 ? 2 : 1), $"{owners} owners after the freezing of {role}");
        Assert.All((await others[0].State()).Members!, m => Assert.Equal(nameof(MemberStatus.Up), m.Status));
    }
}
