using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.SBR;
using Meditron.Actors.Cluster.Tests.Nodes;
using Meditron.Actors.Remote;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>The resolver in systems that talk over sockets.</summary>
public class RealNodesSpec
{
    private const string Resolver = """
        akka.cluster {
          downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"
          split-brain-resolver { active-strategy = keep-majority, stable-after = 200ms }
        }
        """;

    [Fact]
    public async Task A_crashed_member_is_downed_and_removed_by_the_others()
    {
        var nodes = await TestNode.StartCluster(3, Resolver);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        Assert.IsType<SplitBrainResolverProvider>(a.Cluster.DowningProvider);
        await c.Crash();
        foreach (var node in new[] { a, b })
        {
            Assert.Equal(MemberStatus.Down, (await node.Sees<ClusterEvent.MemberRemoved>(c)).PreviousStatus);
            Assert.Equal(2, node.Cluster.State.Members.Count);
        }
    }

    [Fact]
    public async Task A_member_that_has_lost_the_majority_ends()
    {
        var nodes = await TestNode.StartCluster(3, Resolver);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];

        // Where one crash is decided upon before the other is seen, two are left, of which the one with the lowest address would stay.
        var others = nodes.OrderBy(node => node.Address, Member.AddressOrdering).ToArray();
        var last = others[^1];
        await Task.WhenAll(others[0].Crash(), others[1].Crash());
        await last.System.WhenTerminated.WaitAsync(TestNode.Deadline);
        Assert.Same(CoordinatedShutdown.ClusterDowningReason.Instance, CoordinatedShutdown.Get(last.System).ShutdownReason);
    }

    [Fact]
    public async Task A_member_that_another_one_has_quarantined_ends()
    {
        var nodes = await TestNode.StartCluster(2, Resolver + "\nakka.cluster.split-brain-resolver.stable-after = 1h");
        await using var a = nodes[0];
        await using var b = nodes[1];
        ((RemoteActorRefProvider)((ExtendedActorSystem)a.System).Provider).Quarantine(b.Address, b.Node.Uid);
        await b.System.WhenTerminated.WaitAsync(TestNode.Deadline);
        Assert.Same(CoordinatedShutdown.ClusterDowningReason.Instance, CoordinatedShutdown.Get(b.System).ShutdownReason);
    }

    [Fact]
    public async Task Auto_downing_downs_a_crashed_member()
    {
        var nodes = await TestNode.StartCluster(2, "akka.cluster.auto-down-unreachable-after = 100ms");
        await using var a = nodes[0];
        await using var b = nodes[1];
        Assert.IsType<AutoDowning>(a.Cluster.DowningProvider);
        await b.Crash();
        await a.Sees<ClusterEvent.MemberRemoved>(b);
    }
}
