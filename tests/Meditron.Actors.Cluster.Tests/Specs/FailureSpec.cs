using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Nodes;

namespace Meditron.Actors.Cluster.Tests.Specs;

public class FailureSpec
{
    [Fact]
    public async Task A_crashed_member_is_unreachable_at_once_and_removed_once_it_is_down()
    {
        var nodes = await TestNode.StartCluster(3);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        await c.Crash();
        await a.Sees<ClusterEvent.UnreachableMember>(c);
        await b.Sees<ClusterEvent.UnreachableMember>(c);
        Assert.Contains(a.Cluster.State.Unreachable, m => m.UniqueAddress.Equals(c.Node));
        a.Cluster.Down(c.Address);
        foreach (var node in new[] { a, b })
        {
            await node.Sees<ClusterEvent.MemberDowned>(c);
            Assert.Equal(MemberStatus.Down, (await node.Sees<ClusterEvent.MemberRemoved>(c)).PreviousStatus);
            Assert.Empty(node.Cluster.State.Unreachable);
        }
    }

    [Fact]
    public async Task A_member_whose_process_is_known_to_have_ended_is_downed_at_once_where_that_is_configured()
    {
        var nodes = await TestNode.StartCluster(3, "akka.cluster.down-ended-processes = on");
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        await c.Crash();
        foreach (var node in new[] { a, b })
        {
            Assert.Equal(MemberStatus.Down, (await node.Sees<ClusterEvent.MemberRemoved>(c)).PreviousStatus);
        }
    }

    [Fact]
    public async Task A_member_that_leaves_is_not_downed_for_the_end_of_its_process()
    {
        var nodes = await TestNode.StartCluster(3, "akka.cluster.down-ended-processes = on");
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        await CoordinatedShutdown.Get(c.System).Run(CoordinatedShutdown.ClusterLeavingReason.Instance).WaitAsync(TestNode.Deadline);
        foreach (var node in new[] { a, b })
        {
            Assert.Equal(MemberStatus.Exiting, (await node.Sees<ClusterEvent.MemberRemoved>(c)).PreviousStatus);
        }
    }

    [Fact]
    public async Task Without_the_hook_of_lost_connections_the_failure_detector_notices()
    {
        var nodes = await TestNode.StartCluster(2, "akka.cluster.failure-detector { connection-loss-is-failure = off, acceptable-heartbeat-pause = 1s }");
        await using var a = nodes[0];
        await using var b = nodes[1];
        await b.Crash();
        await a.Sees<ClusterEvent.UnreachableMember>(b);
    }

    [Fact]
    public async Task The_leader_can_crash()
    {
        var nodes = await TestNode.StartCluster(3);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        var leader = nodes.Single(n => n.Address.Equals(b.Cluster.State.Leader));
        var others = nodes.Where(n => n != leader).ToArray();
        await leader.Crash();
        await others[0].Sees<ClusterEvent.UnreachableMember>(leader);
        others[1].Cluster.Down(leader.Address);
        foreach (var node in others)
        {
            await node.Sees<ClusterEvent.MemberRemoved>(leader);
            await node.Recorder.WaitFor<ClusterEvent.LeaderChanged>(e => others.Any(o => o.Address.Equals(e.Leader)));
        }
    }

    [Fact]
    public async Task A_downed_member_that_lives_shuts_itself_down()
    {
        var nodes = await TestNode.StartCluster(3);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        a.Cluster.Down(c.Address);
        await c.System.WhenTerminated.WaitAsync(TestNode.Deadline);
        Assert.Same(CoordinatedShutdown.ClusterDowningReason.Instance, CoordinatedShutdown.Get(c.System).ShutdownReason);
        await a.Sees<ClusterEvent.MemberRemoved>(c);
        await b.Sees<ClusterEvent.MemberRemoved>(c);
    }

    [Fact]
    public async Task A_member_can_down_itself()
    {
        var nodes = await TestNode.StartCluster(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        b.Cluster.Down(b.Address);
        await b.System.WhenTerminated.WaitAsync(TestNode.Deadline);
        Assert.Equal(MemberStatus.Down, (await a.Sees<ClusterEvent.MemberRemoved>(b)).PreviousStatus);
    }

    [Fact]
    public async Task A_restarted_node_replaces_its_earlier_incarnation_at_once()
    {
        var nodes = await TestNode.StartCluster(2, TestNode.Quiet);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await b.Crash();
        await using var again = TestNode.Start(TestNode.Quiet + $"akka.remote.dot-netty.tcp.port = {b.Address.Port}");
        Assert.Equal(b.Address, again.Address);
        Assert.NotEqual(b.Node, again.Node);
        again.Cluster.Join(a.Address);
        await a.Sees<ClusterEvent.MemberRemoved>(b);
        await TestNode.AllUp(a, again);
        Assert.Equal(2, a.Cluster.State.Members.Count);
        Assert.DoesNotContain(a.Cluster.State.Members, m => m.UniqueAddress.Equals(b.Node));
    }

    [Fact]
    public async Task A_newcomer_is_weakly_up_while_a_member_is_unreachable_and_up_afterwards()
    {
        var nodes = await TestNode.StartCluster(2, "akka.cluster.allow-weakly-up-members = 300ms");
        await using var a = nodes[0];
        await using var b = nodes[1];
        await b.Crash();
        await a.Sees<ClusterEvent.UnreachableMember>(b);
        await using var c = TestNode.Start("akka.cluster.allow-weakly-up-members = 300ms");
        c.Cluster.Join(a.Address);
        await a.Sees<ClusterEvent.MemberWeaklyUp>(c);
        await c.Sees<ClusterEvent.MemberWeaklyUp>(c);
        a.Cluster.Down(b.Address);
        await TestNode.AllUp(a, c);
        Assert.Equal([MemberStatus.Joining, MemberStatus.WeaklyUp, MemberStatus.Up], a.LifeOf(c));
    }

    [Fact]
    public async Task Without_weakly_up_a_newcomer_waits_for_convergence()
    {
        const string Off = "akka.cluster.allow-weakly-up-members = off";
        var nodes = await TestNode.StartCluster(2, Off);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await b.Crash();
        await a.Sees<ClusterEvent.UnreachableMember>(b);
        await using var c = TestNode.Start(Off);
        c.Cluster.Join(a.Address);
        await c.Sees<ClusterEvent.MemberJoined>(c);
        a.Cluster.Down(b.Address);
        await TestNode.AllUp(a, c);
        Assert.Equal([MemberStatus.Joining, MemberStatus.Up], a.LifeOf(c));
    }

    [Fact]
    public async Task Watched_actors_of_a_member_end_with_it()
    {
        var nodes = await TestNode.StartCluster(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        var there = await a.System.ActorSelection($"{b.Address}/user/recorder").ResolveOne(TestNode.Deadline);
        var seen = new EventRecorder();
        a.System.ActorOf(Props.Create(() => new Watcher(there, seen)));
        await b.Crash();
        await a.Sees<ClusterEvent.UnreachableMember>(b);
        a.Cluster.Down(b.Address);
        await seen.WaitFor<string>(t => t == $"terminated {there.Path}");
        await a.Sees<ClusterEvent.MemberRemoved>(b);
    }

    private sealed class Watcher : UntypedActor
    {
        private readonly IActorRef _recorder;

        public Watcher(IActorRef there, EventRecorder seen)
        {
            _recorder = Context.ActorOf(seen.Props);
            Context.Watch(there);
        }

        protected override void OnReceive(object message)
        {
            if (message is Terminated terminated)
            {
                _recorder.Tell($"terminated {terminated.ActorRef.Path}");
            }
        }
    }
}
