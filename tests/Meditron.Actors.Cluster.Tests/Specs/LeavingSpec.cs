using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Nodes;

namespace Meditron.Actors.Cluster.Tests.Specs;

public class LeavingSpec
{
    [Fact]
    public async Task A_leaving_member_goes_through_leaving_and_exiting_and_is_removed()
    {
        var nodes = await TestNode.StartCluster(3);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        await c.Cluster.LeaveAsync().WaitAsync(TestNode.Deadline);
        foreach (var node in new[] { a, b })
        {
            var removed = await node.Sees<ClusterEvent.MemberRemoved>(c);
            Assert.Equal(MemberStatus.Exiting, removed.PreviousStatus);
            Assert.Equal(2, node.Cluster.State.Members.Count);
            Assert.Equal(MemberStatus.Removed, node.LifeOf(c)[^1]);
            Assert.Contains(MemberStatus.Exiting, node.LifeOf(c));
        }

        Assert.True(c.Cluster.IsTerminated);
        await c.System.WhenTerminated.WaitAsync(TestNode.Deadline);
        Assert.Same(CoordinatedShutdown.ClusterLeavingReason.Instance, CoordinatedShutdown.Get(c.System).ShutdownReason);
    }

    [Fact]
    public async Task The_leader_can_leave_too()
    {
        var nodes = await TestNode.StartCluster(3);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        var leader = nodes.Single(n => n.Address.Equals(a.Cluster.State.Leader));
        var others = nodes.Where(n => n != leader).ToArray();
        leader.Cluster.Leave(leader.Address);
        foreach (var node in others)
        {
            Assert.Equal(MemberStatus.Exiting, (await node.Sees<ClusterEvent.MemberRemoved>(leader)).PreviousStatus);
            await node.Recorder.WaitFor<ClusterEvent.LeaderChanged>(e => others.Any(o => o.Address.Equals(e.Leader)));
        }

        await leader.System.WhenTerminated.WaitAsync(TestNode.Deadline);
    }

    [Fact]
    public async Task A_member_can_be_asked_to_leave_by_another()
    {
        var nodes = await TestNode.StartCluster(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        a.Cluster.Leave(b.Address);
        await a.Sees<ClusterEvent.MemberRemoved>(b);
        await b.System.WhenTerminated.WaitAsync(TestNode.Deadline);
    }

    [Fact]
    public async Task The_last_member_can_leave()
    {
        await using var a = TestNode.Start();
        await TestNode.Join(a);
        await a.Cluster.LeaveAsync().WaitAsync(TestNode.Deadline);
        await a.System.WhenTerminated.WaitAsync(TestNode.Deadline);
    }

    [Fact]
    public async Task Terminating_the_system_leaves_the_cluster()
    {
        var nodes = await TestNode.StartCluster(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await b.System.Terminate().WaitAsync(TestNode.Deadline);
        Assert.Equal(MemberStatus.Exiting, (await a.Sees<ClusterEvent.MemberRemoved>(b)).PreviousStatus);
        Assert.Empty(a.Recorder.Events.OfType<ClusterEvent.MemberDowned>());
    }

    [Fact]
    public async Task A_system_that_never_joined_terminates_without_waiting()
    {
        // Phases that were waited for would end long after the test.
        await using var a = TestNode.Start("akka.coordinated-shutdown { default-phase-timeout = 1h, phases.cluster-exiting.timeout = 1h }");
        await a.System.Terminate().WaitAsync(TestNode.Deadline);
    }

    [Fact]
    public async Task Leaving_members_are_told_apart_when_two_leave_at_once()
    {
        var nodes = await TestNode.StartCluster(4);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        await using var d = nodes[3];
        await Task.WhenAll(a.Cluster.LeaveAsync(), c.Cluster.LeaveAsync()).WaitAsync(TestNode.Deadline);
        foreach (var node in new[] { b, d })
        {
            await node.Sees<ClusterEvent.MemberRemoved>(a);
            await node.Sees<ClusterEvent.MemberRemoved>(c);
        }
    }
}
