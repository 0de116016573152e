using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Nodes;
using Meditron.Actors.Cluster.Tools.Singleton;

namespace Meditron.Actors.Cluster.Tests.Singleton;

public class SingletonSpec
{
    private readonly SingletonRegister _register = new();

    [Fact]
    public async Task It_runs_on_the_oldest_member_alone_and_is_reached_from_everywhere()
    {
        var nodes = await TestNode.StartCluster(3);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        StartManagers(c, b, a);
        await _register.RunsOn(a);
        foreach (var node in nodes)
        {
            var answer = await Proxy(node).Ask<string>("hello", TestNode.Deadline);
            Assert.Equal($"hello from {a.Address.Port}", answer);
        }

        Assert.Equal(1, _register.Most);
    }

    [Fact]
    public async Task A_leaving_oldest_hands_it_over_with_the_termination_message()
    {
        var nodes = await TestNode.StartCluster(3);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        StartManagers(nodes, s => s.WithHandOverRetryInterval(TimeSpan.FromMinutes(10)).WithRemovalMargin(TimeSpan.FromMinutes(10)));
        await _register.RunsOn(a);
        var proxy = Proxy(c);
        Assert.Equal($"1 from {a.Address.Port}", await proxy.Ask<string>("1", TestNode.Deadline));
        a.Cluster.Leave(a.Address);
        await _register.RunsOn(b);
        Assert.Equal($"2 from {b.Address.Port}", await proxy.Ask<string>("2", TestNode.Deadline));
        await a.System.WhenTerminated.WaitAsync(TestNode.Deadline);
        Assert.Equal(
            [$"started on {a.Address.Port}", $"told to stop on {a.Address.Port}", $"stopped on {a.Address.Port}", $"started on {b.Address.Port}"],
            _register.History.Where(e => !e.StartsWith("got", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_singleton_that_takes_its_time_to_stop_is_waited_for()
    {
        var nodes = await TestNode.StartCluster(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        StartManagers(nodes);
        await _register.RunsOn(a);
        var singleton = await a.System.ActorSelection("/user/manager/singleton").ResolveOne(TestNode.Deadline);
        singleton.Tell(SingletonRegister.StopWhenTold.Instance);
        a.Cluster.Leave(a.Address);
        await _register.Says($"told to stop on {a.Address.Port}");
        await a.Sees<ClusterEvent.MemberExited>(a);
        await b.Sees<ClusterEvent.MemberExited>(a);
        Assert.DoesNotContain($"started on {b.Address.Port}", _register.History);
        singleton.Tell(SingletonRegister.Stop.Instance);
        await _register.RunsOn(b);
        Assert.Equal(1, _register.Most);
    }

    [Fact]
    public async Task Terminating_the_system_of_the_oldest_hands_it_over()
    {
        var nodes = await TestNode.StartCluster(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        StartManagers(nodes, s => s.WithRemovalMargin(TimeSpan.FromMinutes(10)));
        await _register.RunsOn(a);
        await a.System.Terminate().WaitAsync(TestNode.Deadline);
        await _register.RunsOn(b);
        Assert.Equal(1, _register.Most);
    }

    [Fact]
    public async Task When_the_oldest_and_the_next_leave_at_once_the_third_gets_it()
    {
        var nodes = await TestNode.StartCluster(4);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        await using var d = nodes[3];
        StartManagers(nodes, s => s.WithRemovalMargin(TimeSpan.FromMinutes(10)));
        await _register.RunsOn(a);
        d.Cluster.Leave(b.Address);
        d.Cluster.Leave(a.Address);
        await _register.RunsOn(c);
        await Task.WhenAll(a.System.WhenTerminated, b.System.WhenTerminated).WaitAsync(TestNode.Deadline);
        Assert.Equal(1, _register.Most);
        Assert.Equal($"x from {c.Address.Port}", await Proxy(d).Ask<string>("x", TestNode.Deadline));
    }

    [Fact]
    public async Task Nodes_that_leave_one_after_the_other_pass_it_along()
    {
        var nodes = await TestNode.StartCluster(4);
        StartManagers(nodes, s => s.WithRemovalMargin(TimeSpan.FromMinutes(10)));
        foreach (var node in nodes)
        {
            await _register.RunsOn(node);
            await node.Cluster.LeaveAsync().WaitAsync(TestNode.Deadline);
        }

        await _register.RunsNowhere();
        Assert.Equal(1, _register.Most);
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }
    }

    [Fact]
    public async Task When_the_oldest_crashes_it_starts_elsewhere_as_soon_as_the_member_is_removed()
    {
        var nodes = await TestNode.StartCluster(3);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        StartManagers(nodes);
        await _register.RunsOn(a);
        await a.Crash();
        await b.Sees<ClusterEvent.UnreachableMember>(a);
        c.Cluster.Down(a.Address);
        await _register.RunsOn(b);
        await b.Sees<ClusterEvent.MemberRemoved>(a);
        Assert.Equal($"x from {b.Address.Port}", await Proxy(c).Ask<string>("x", TestNode.Deadline));
    }

    [Fact]
    public async Task A_downed_node_that_lives_stops_it_and_it_starts_elsewhere_before_the_margin_is_over()
    {
        var nodes = await TestNode.StartCluster(3);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        StartManagers(nodes, s => s.WithRemovalMargin(TimeSpan.FromMinutes(10)));
        await _register.RunsOn(a);
        c.Cluster.Down(a.Address);
        await _register.RunsOn(b);
        Assert.Equal(1, _register.Most);
        Assert.Contains($"told to stop on {a.Address.Port}", _register.History);
    }

    [Fact]
    public async Task A_restarted_node_proves_its_earlier_incarnation_dead_and_is_the_youngest()
    {
        var nodes = await TestNode.StartCluster(2, TestNode.Quiet);
        await using var a = nodes[0];
        await using var b = nodes[1];
        StartManagers(nodes, s => s.WithRemovalMargin(TimeSpan.FromMinutes(10)));
        await _register.RunsOn(a);
        await a.Crash();
        await using var again = TestNode.Start(TestNode.Quiet + $"akka.remote.dot-netty.tcp.port = {a.Address.Port}");
        StartManagers([again], s => s.WithRemovalMargin(TimeSpan.FromMinutes(10)));
        again.Cluster.Join(b.Address);
        await TestNode.AllUp(b, again);
        await _register.RunsOn(b);
        Assert.Equal($"x from {b.Address.Port}", await Proxy(again).Ask<string>("x", TestNode.Deadline));
        Assert.Equal(1, _register.Most);
    }

    [Fact]
    public async Task It_runs_on_the_oldest_member_with_the_role()
    {
        await using var a = TestNode.Start();
        await using var b = TestNode.Start("akka.cluster.roles = [leader]");
        await using var c = TestNode.Start("akka.cluster.roles = [leader]");
        await TestNode.Join(a, b, c);
        StartManagers([c, b], s => s.WithRole("leader"));
        await _register.RunsOn(b);
        var proxy = a.System.ActorOf(ClusterSingletonProxy.Props("/user/manager", ClusterSingletonProxySettings.Create(a.System).WithRole("leader")));
        Assert.Equal($"x from {b.Address.Port}", await proxy.Ask<string>("x", TestNode.Deadline));
        Assert.Equal(1, _register.Most);
    }

    [Fact]
    public async Task One_that_stops_by_itself_is_not_started_again_until_its_node_leaves()
    {
        var nodes = await TestNode.StartCluster(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        StartManagers(nodes);
        await _register.RunsOn(a);
        a.System.ActorSelection("/user/manager/singleton").Tell(SingletonRegister.Stop.Instance);
        await _register.RunsNowhere();
        await a.Cluster.LeaveAsync().WaitAsync(TestNode.Deadline);
        await _register.RunsOn(b);
        Assert.Single(_register.History, $"started on {a.Address.Port}");
    }

    [Fact]
    public async Task Where_versions_count_it_moves_to_the_newest_application()
    {
        const string Counting = "akka.cluster.singleton.consider-app-version = on\n";
        await using var a = TestNode.Start(Counting + "akka.cluster.app-version = 1.0");
        await using var b = TestNode.Start(Counting + "akka.cluster.app-version = 1.0");
        await using var c = TestNode.Start(Counting + "akka.cluster.app-version = 1.1");
        await TestNode.Join(a, b);
        StartManagers(a, b, c);
        await _register.RunsOn(a);
        c.Cluster.Join(a.Address);
        await _register.RunsOn(c);
        Assert.Equal($"x from {c.Address.Port}", await Proxy(b).Ask<string>("x", TestNode.Deadline));
        await c.Cluster.LeaveAsync().WaitAsync(TestNode.Deadline);
        await _register.RunsOn(a);
        Assert.Equal(1, _register.Most);
    }

    [Fact]
    public async Task The_facade_starts_manager_and_proxy_where_they_belong()
    {
        await using var a = TestNode.Start("akka.cluster.roles = [leader]");
        await using var b = TestNode.Start();
        await TestNode.Join(a, b);
        var proxies = new[] { a, b }.Select(node => ClusterSingleton.Get(node.System).Init(
            SingletonActor.Create(_register.Props, "it")
                .WithStopMessage(SingletonRegister.Stop.Instance)
                .WithSettings(ClusterSingletonSettings.Create(node.System).WithRole("leader")))).ToArray();
        Assert.Equal($"x from {a.Address.Port}", await proxies[0].Ask<string>("x", TestNode.Deadline));
        Assert.Equal($"y from {a.Address.Port}", await proxies[1].Ask<string>("y", TestNode.Deadline));
        Assert.Equal("/system/singletonProxyit", proxies[1].Path.ToStringWithoutAddress());
        Assert.Same(proxies[1], ClusterSingleton.Get(b.System).Init(SingletonActor.Create(_register.Props, "it")));
        await a.Cluster.LeaveAsync().WaitAsync(TestNode.Deadline);
        Assert.Contains($"told to stop on {a.Address.Port}", _register.History);
    }

    [Fact]
    public async Task A_manager_needs_the_role_it_is_given()
    {
        await using var a = TestNode.Start();
        var settings = ClusterSingletonManagerSettings.Create(a.System).WithRole("leader");
        var seen = new EventRecorder();
        var recorder = a.System.ActorOf(seen.Props);
        a.System.EventStream.Subscribe(recorder, typeof(Event.Error));
        a.System.ActorOf(ClusterSingletonManager.Props(_register.Props, settings), "manager");
        await seen.WaitFor<Event.Error>(e => $"{e.Message}".Contains("doesn't have the role [leader]", StringComparison.Ordinal));
    }

    private static IActorRef Proxy(TestNode node) => node.System.ActorOf(ClusterSingletonProxy.Props(
        "/user/manager", ClusterSingletonProxySettings.Create(node.System).WithSingletonIdentificationInterval(TimeSpan.FromMinutes(10))));

    private void StartManagers(params TestNode[] nodes) => StartManagers(nodes, s => s);

    private void StartManagers(TestNode[] nodes, Func<ClusterSingletonManagerSettings, ClusterSingletonManagerSettings> change)
    {
        foreach (var node in nodes)
        {
            node.System.ActorOf(
                ClusterSingletonManager.Props(_register.Props, SingletonRegister.Stop.Instance, change(ClusterSingletonManagerSettings.Create(node.System))), "manager");
        }
    }
}
