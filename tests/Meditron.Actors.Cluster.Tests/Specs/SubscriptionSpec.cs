using Meditron.Actors.Cluster.Tests.Nodes;

namespace Meditron.Actors.Cluster.Tests.Specs;

public class SubscriptionSpec
{
    [Fact]
    public async Task A_subscriber_first_gets_one_snapshot_by_default()
    {
        await using var a = TestNode.Start();
        await TestNode.Join(a);
        var recorder = new EventRecorder();
        a.Cluster.Subscribe(a.System.ActorOf(recorder.Props), typeof(ClusterEvent.IMemberEvent));
        var state = await recorder.WaitFor<ClusterEvent.CurrentClusterState>();
        Assert.Equal(a.Node, Assert.Single(state.Members).UniqueAddress);
        Assert.Equal(a.Address, state.Leader);
        Assert.Single(recorder.Events);
    }

    [Fact]
    public async Task A_subscriber_can_get_the_state_as_events_of_its_types_only()
    {
        await using var a = TestNode.Start();
        await TestNode.Join(a);
        var recorder = new EventRecorder();
        a.Cluster.Subscribe(a.System.ActorOf(recorder.Props), ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.MemberUp), typeof(ClusterEvent.LeaderChanged));
        await recorder.WaitFor<ClusterEvent.LeaderChanged>();
        Assert.Equal([typeof(ClusterEvent.MemberUp), typeof(ClusterEvent.LeaderChanged)], recorder.Events.Select(e => e.GetType()));
    }

    [Fact]
    public async Task After_the_snapshot_a_subscriber_gets_what_changes()
    {
        await using var a = TestNode.Start();
        await TestNode.Join(a);
        var recorder = new EventRecorder();
        a.Cluster.Subscribe(a.System.ActorOf(recorder.Props), ClusterEvent.InitialStateAsSnapshot, typeof(ClusterEvent.MemberUp));
        await using var b = TestNode.Start();
        b.Cluster.Join(a.Address);
        await recorder.WaitFor<ClusterEvent.MemberUp>(e => e.Member.UniqueAddress.Equals(b.Node));
        Assert.Equal(2, recorder.Events.Count);
    }

    [Fact]
    public async Task Unsubscribing_ends_one_type_or_all()
    {
        await using var a = TestNode.Start();
        var one = new EventRecorder();
        var none = new EventRecorder();
        var first = a.System.ActorOf(one.Props);
        var second = a.System.ActorOf(none.Props);
        a.Cluster.Subscribe(first, typeof(ClusterEvent.MemberJoined), typeof(ClusterEvent.MemberUp));
        a.Cluster.Unsubscribe(first, typeof(ClusterEvent.MemberJoined));
        a.Cluster.Subscribe(second, typeof(ClusterEvent.IMemberEvent));
        a.Cluster.Unsubscribe(second);
        await TestNode.Join(a);
        await one.WaitFor<ClusterEvent.MemberUp>();
        await none.WaitFor<ClusterEvent.CurrentClusterState>();
        Assert.Equal([typeof(ClusterEvent.CurrentClusterState), typeof(ClusterEvent.MemberUp)], one.Events.Select(e => e.GetType()));
        Assert.Equal([typeof(ClusterEvent.CurrentClusterState)], none.Events.Select(e => e.GetType()));
    }

    [Fact]
    public async Task The_present_state_can_be_asked_for_once()
    {
        await using var a = TestNode.Start();
        var recorder = new EventRecorder();
        a.Cluster.SendCurrentClusterState(a.System.ActorOf(recorder.Props));
        Assert.Empty((await recorder.WaitFor<ClusterEvent.CurrentClusterState>()).Members);
    }

    [Fact]
    public async Task What_is_no_cluster_event_cannot_be_subscribed_to()
    {
        await using var a = TestNode.Start();
        var actor = a.System.ActorOf(a.Recorder.Props);
        Assert.Contains("String", Assert.Throws<ArgumentException>(() => a.Cluster.Subscribe(actor, typeof(string))).Message);
        Assert.Throws<ArgumentException>(() => a.Cluster.Subscribe(actor));
    }

    [Fact]
    public async Task Shutting_down_removes_all_members_in_the_eyes_of_the_node()
    {
        var nodes = await TestNode.StartCluster(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        b.Cluster.Shutdown();
        await b.Recorder.WaitFor<ClusterEvent.ClusterShuttingDown>();
        await b.Sees<ClusterEvent.MemberRemoved>(b);
        await b.Sees<ClusterEvent.MemberRemoved>(a);
    }
}
