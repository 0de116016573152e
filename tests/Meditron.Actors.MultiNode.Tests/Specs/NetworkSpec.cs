using Meditron.Actors.Cluster;
using Meditron.Actors.MultiNode.Tests.Clusters;
using Meditron.Testing.Networks;

namespace Meditron.Actors.MultiNode.Tests.Specs;

/// <summary>Without anybody who downs: what a partition does to reachability, and that healing undoes it.</summary>
public class NetworkSpec
{
    [SkippableFact]
    public async Task The_sides_of_a_partition_see_each_other_unreachable_and_reachable_again_once_it_heals()
    {
        Skip.If(NamespaceNetwork.WhyNot is not null, NamespaceNetwork.WhyNot);
        using var network = NamespaceNetwork.Create(4);
        await using var cluster = new ProcessCluster(network, Settings.NoticesSilence + Settings.ByHand);
        var nodes = await cluster.StartAll(4);
        network.Partition([1, 2], [3, 4]);
        foreach (var (node, number) in nodes.Select((n, i) => (n, i)))
        {
            foreach (var other in number < 2 ? nodes[2..] : nodes[..2])
            {
                await node.SeesUnreachable(other);
            }
        }

        network.Heal();
        foreach (var (node, number) in nodes.Select((n, i) => (n, i)))
        {
            foreach (var other in number < 2 ? nodes[2..] : nodes[..2])
            {
                await node.SeesReachable(other);
            }

            Assert.All((await node.State()).Members!, m => Assert.Equal(nameof(MemberStatus.Up), m.Status));
        }
    }

    [SkippableFact]
    public async Task Loss_in_one_direction_makes_both_ends_unreachable_for_each_other_and_all_hear_of_it()
    {
        Skip.If(NamespaceNetwork.WhyNot is not null, NamespaceNetwork.WhyNot);
        using var network = NamespaceNetwork.Create(3);
        await using var cluster = new ProcessCluster(network, Settings.NoticesSilence + Settings.ByHand);
        var nodes = await cluster.StartAll(3);
        network.Cut(2, 3);
        await nodes[1].SeesUnreachable(nodes[2]);
        await nodes[2].SeesUnreachable(nodes[1]);
        await nodes[0].SeesUnreachable(nodes[1]);
        await nodes[0].SeesUnreachable(nodes[2]);
        network.Heal();
        foreach (var node in nodes)
        {
            foreach (var other in nodes[1..].Where(n => n != node))
            {
                await node.SeesReachable(other);
            }
        }
    }
}
