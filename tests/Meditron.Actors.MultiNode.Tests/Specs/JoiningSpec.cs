using Meditron.Actors.Cluster;
using Meditron.Actors.MultiNode.Tests.Clusters;

namespace Meditron.Actors.MultiNode.Tests.Specs;

public class JoiningSpec
{
    [Fact]
    public async Task Processes_form_one_cluster_by_their_seed_nodes()
    {
        await using var cluster = new ProcessCluster();
        var nodes = await cluster.StartAll(3);
        foreach (var node in nodes)
        {
            var state = await node.State();
            Assert.Equal(nodes.Select(n => n.Address).Order(), state.Members!.Select(m => m.Node).Order());
            Assert.All(state.Members!, m => Assert.Equal(nameof(MemberStatus.Up), m.Status));
            Assert.Equal(nodes[0].Address, state.Members![0].Node);
            Assert.Equal(nodes[0].Address, state.Leader);
            Assert.Empty(state.Unreachable!);
        }
    }
}
