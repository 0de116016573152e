using Meditron.ActorNode.Driver;
using Meditron.Actors.Cluster;
using Meditron.Actors.MultiNode.Tests.Clusters;
using Meditron.Testing.Networks;

namespace Meditron.Actors.MultiNode.Tests.Specs;

/// <summary>Five processes in network namespaces, split: which of them each strategy lets go on, and that there are never two singletons.</summary>
public abstract class PartitionSpec
{
    private const int Size = 5;

    /// <summary>The settings of lease-majority, with its lease in a file that all reach: a database is what a partition does not split.</summary>
    protected static string LeaseMajority { get; } = Settings.Lease + Settings.Resolver(
        "lease-majority",
        """lease-majority { lease-implementation = "akka.coordination.lease.sql", acquire-lease-delay-for-minority = 1500ms, release-after = 10s }""");

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

    /// <summary>Splits a cluster of five into sides of which one must go on, whichever it is.</summary>
    protected static async Task GoOnWithOneSide(string settings, params int[][] sides)
    {
        Skip.If(NamespaceNetwork.WhyNot is not null, NamespaceNetwork.WhyNot);
        using var network = NamespaceNetwork.Create(Size);
        await using var cluster = new ProcessCluster(network, settings, [1, .. Enumerable.Range(2, Size - 1)]);
        var nodes = await cluster.StartAll(Size);
        network.Partition(sides);
        var living = await OneSide([.. sides.Select(side => side.Select(n => nodes[n - 1]).ToArray())]);
        var lost = nodes.Except(living).ToArray();
        await AllDowned(lost);
        await AllGoOn(living, lost);
        await ProcessCluster.Any(living, n => n.StartsSingleton());
        CheckToken(cluster, nodes[0], living);
    }

    /// <summary>Waits until those nodes that still run are one of the sides.</summary>
    private static async Task<ClusterNode[]> OneSide(ClusterNode[][] sides)
    {
        var running = sides.SelectMany(side => side).ToDictionary(node => node, node => node.Exited());
        while (true)
        {
            if (Array.Find(sides, side => side.Length == running.Count && side.All(running.ContainsKey)) is { } side)
            {
                return side;
            }

            var ended = await Task.WhenAny(running.Values);
            Assert.Equal(ExitCodes.Downed, await ended);
            running.Remove(running.First(pair => pair.Value == ended).Key);
            Assert.NotEmpty(running);
        }
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
