using Meditron.ActorNode.Driver;
using Meditron.Actors.Cluster;
using Meditron.Actors.MultiNode.Tests.Clusters;
using Meditron.Testing.Networks;

namespace Meditron.Actors.MultiNode.Tests.Specs;

/// <summary>Five processes in network namespaces, split: which of them each strategy lets go on, and that there are never two singletons.</summary>
public abstract class PartitionSpec
{
    private const int Size = 5;

    /// <summary>Lets the network do something to a cluster of five, and checks who goes on.</summary>
    /// <param name="settings">The resolver's settings.</param>
    /// <param name="oldest">The number of the node that is the oldest, and so has the singleton.</param>
    /// <param name="split">What happens to the network.</param>
    /// <param name="survivors">The numbers of the nodes that go on; all others must end themselves.</param>
    protected static async Task GoOn(string settings, int oldest, Action<NamespaceNetwork> split, params int[] survivors)
    {
        Skip.If(NamespaceNetwork.WhyNot is not null, NamespaceNetwork.WhyNot);
        using var network = NamespaceNetwork.Create(Size);
        await using var cluster = new ProcessCluster(network, settings, [oldest, .. Enumerable.Range(1, Size).Where(n => n != oldest)]);
        var nodes = await cluster.StartAll(Size);
        split(network);
        var living = survivors.Select(n => nodes[n - 1]).ToArray();
        var lost = nodes.Except(living).ToArray();
        await AllDowned(lost);
        await AllGoOn(living, lost);
        if (living.Length > 0 && !survivors.Contains(oldest))
        {
            await ProcessCluster.Any(living, n => n.StartsSingleton());
        }

        CheckToken(cluster, nodes[oldest - 1], living);
    }

    /// <summary>Waits until nodes that were declared dead, by others or by themselves, have ended.</summary>
    protected static async Task AllDowned(params ClusterNode[] nodes)
    {
        foreach (var node in nodes)
        {
            Assert.Equal("ClusterDowningReason", await node.ReasonOfEnd());
            Assert.Equal(ExitCodes.Downed, await node.Exited());
        }
    }

    /// <summary>Waits until those who live have removed the others, and see each other Up.</summary>
    protected static async Task AllGoOn(ClusterNode[] living, ClusterNode[] lost)
    {
        await ProcessCluster.AllSee(MemberStatus.Removed, living, lost);
        foreach (var node in living)
        {
            var state = await node.State();
            Assert.Equal(living.Select(n => n.Address).Order(), state.Members!.Select(m => m.Node).Order());
            Assert.All(state.Members!, m => Assert.Equal(nameof(MemberStatus.Up), m.Status));
            Assert.Empty(state.Unreachable!);
        }
    }

    private static void CheckToken(ProcessCluster cluster, ClusterNode oldest, ClusterNode[] living)
    {
        var writes = cluster.NeverTwoSingletons();
        if (living.Length == 0)
        {
            Assert.Equal("stop", writes[^1].What);
        }
        else if (living.Contains(oldest))
        {
            Assert.All(writes, w => Assert.Equal(oldest.Address, w.Owner));
        }
        else
        {
            Assert.Contains(writes, w => w.Owner == oldest.Address && w.What == "stop");
            Assert.Contains(writes[^1].Owner, living.Select(n => n.Address));
        }
    }
}
