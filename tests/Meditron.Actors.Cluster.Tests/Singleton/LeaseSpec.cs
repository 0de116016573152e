using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Nodes;
using Meditron.Actors.Cluster.Tools.Singleton;
using Meditron.Actors.Coordination;

namespace Meditron.Actors.Cluster.Tests.Singleton;

public class LeaseSpec
{
    private const string Config = "akka.cluster.singleton { use-lease = test-lease, lease-retry-interval = 50ms }\n";
    private readonly SingletonRegister _register = new();
    private readonly string _name = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task The_singleton_starts_when_its_node_gets_the_lease()
    {
        var store = HandLease.Store(_name);
        store.Owner = "somebody else";
        await using var a = await One();
        await store.Asked(2);
        Assert.Empty(_register.History);
        store.Owner = null;
        await _register.RunsOn(a);
        Assert.Equal(a.Address.HostPort(), store.Owner);
        Assert.Equal("sys-singleton-/user/manager", store.Name);
    }

    [Fact]
    public async Task A_failure_of_the_lease_is_tried_again()
    {
        var store = HandLease.Store(_name);
        store.Failure = new LeaseException("no connection");
        await using var a = await One();
        await store.Asked(2);
        Assert.Empty(_register.History);
        store.Failure = null;
        await _register.RunsOn(a);
    }

    [Fact]
    public async Task A_lost_lease_stops_the_singleton_and_is_asked_for_again()
    {
        var store = HandLease.Store(_name);
        await using var a = await One();
        await _register.RunsOn(a);
        store.Lose("somebody else");
        await _register.RunsNowhere();
        Assert.Contains($"told to stop on {a.Address.Port}", _register.History);
        store.Owner = null;
        await _register.RunsOn(a);
        Assert.Equal(1, _register.Most);
    }

    [Fact]
    public async Task It_is_given_up_before_the_singleton_is_handed_over()
    {
        var store = HandLease.Store(_name);
        var nodes = await TestNode.StartCluster(2, HandLease.Config(_name) + Config.Replace("50ms", "10m", StringComparison.Ordinal));
        await using var a = nodes[0];
        await using var b = nodes[1];
        Start(a);
        Start(b);
        await _register.RunsOn(a);
        await a.Cluster.LeaveAsync().WaitAsync(TestNode.Deadline);

        // With ten minutes between attempts the first one must have got it.
        await _register.RunsOn(b);
        Assert.Equal(b.Address.HostPort(), store.Owner);
    }

    [Fact]
    public async Task A_stopped_manager_gives_the_lease_up()
    {
        var store = HandLease.Store(_name);
        await using var a = await One();
        await _register.RunsOn(a);
        a.System.Stop(await a.System.ActorSelection("/user/manager").ResolveOne(TestNode.Deadline));
        await _register.RunsNowhere();
        await store.Released();
        Assert.Null(store.Owner);
    }

    [Fact]
    public async Task While_another_owner_has_the_lease_a_member_that_leaves_does_not_wait_for_it()
    {
        HandLease.Store(_name).Owner = "somebody else";

        // Phases that were waited for would end long after the test.
        await using var a = await One("akka.coordinated-shutdown { default-phase-timeout = 1h, phases.cluster-exiting.timeout = 1h }\n");
        await HandLease.Store(_name).Asked(1);
        await a.Cluster.LeaveAsync().WaitAsync(TestNode.Deadline);
        Assert.Empty(_register.History);
    }

    private async Task<TestNode> One(string config = "")
    {
        var node = TestNode.Start(config + HandLease.Config(_name) + Config);
        await TestNode.Join(node);
        Start(node);
        return node;
    }

    private void Start(TestNode node) => node.System.ActorOf(
        ClusterSingletonManager.Props(_register.Props, SingletonRegister.Stop.Instance, ClusterSingletonManagerSettings.Create(node.System)), "manager");
}
