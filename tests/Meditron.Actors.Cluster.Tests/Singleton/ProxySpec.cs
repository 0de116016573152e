using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Nodes;
using Meditron.Actors.Cluster.Tools.Singleton;
using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster.Tests.Singleton;

public class ProxySpec
{
    private readonly SingletonRegister _register = new();

    [Fact]
    public async Task Messages_wait_until_the_singleton_runs_and_keep_order_and_sender()
    {
        await using var a = TestNode.Start();
        var proxy = StartProxy(a, s => s.WithSingletonIdentificationInterval(TimeSpan.FromMilliseconds(50)));
        var answers = new EventRecorder();
        var asker = a.System.ActorOf(answers.Props);
        for (var i = 0; i < 10; i++)
        {
            proxy.Tell($"{i}", asker);
        }

        await TestNode.Join(a);
        StartManager(a);
        await answers.WaitFor<string>(t => t.StartsWith('9'));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i} from {a.Address.Port}"), answers.Events.Cast<string>());
    }

    [Fact]
    public async Task It_is_told_of_a_singleton_that_starts_later_without_asking_again()
    {
        var nodes = await TestNode.StartCluster(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        StartManager(a, s => s.WithRemovalMargin(TimeSpan.FromMinutes(10)));
        StartManager(b, s => s.WithRemovalMargin(TimeSpan.FromMinutes(10)));
        await _register.RunsOn(a);
        (await a.System.ActorSelection("/user/manager/singleton").ResolveOne(TestNode.Deadline)).Tell(SingletonRegister.StopWhenTold.Instance);
        var proxy = StartProxy(b, s => s.WithSingletonIdentificationInterval(TimeSpan.FromMinutes(10)));
        Assert.Equal($"1 from {a.Address.Port}", await proxy.Ask<string>("1", TestNode.Deadline));

        a.Cluster.Leave(a.Address);
        await b.Sees<ClusterEvent.MemberExited>(a);
        var answer = proxy.Ask<string>("2", TestNode.Deadline);
        await _register.Says($"told to stop on {a.Address.Port}");
        a.System.ActorSelection("/user/manager/singleton").Tell(SingletonRegister.Stop.Instance);
        Assert.Equal($"2 from {b.Address.Port}", await answer);
    }

    [Fact]
    public async Task When_the_buffer_is_full_the_oldest_message_goes_to_the_dead_letters()
    {
        await using var a = TestNode.Start();
        var dead = Dead(a);
        var proxy = StartProxy(a, s => s.WithBufferSize(2).WithSingletonIdentificationInterval(TimeSpan.FromMilliseconds(50)));
        proxy.Tell("1");
        proxy.Tell("2");
        proxy.Tell("3");
        Assert.Equal("1", (await dead.WaitFor<DeadLetter>(d => d.Message is string)).Message);
        await TestNode.Join(a);
        StartManager(a);
        await _register.Says($"got 3 on {a.Address.Port}");
        Assert.Equal(
            [$"got 2 on {a.Address.Port}", $"got 3 on {a.Address.Port}"],
            _register.History.Where(e => e.StartsWith("got", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_a_buffer_messages_go_to_the_dead_letters()
    {
        await using var a = TestNode.Start();
        var dead = Dead(a);
        StartProxy(a, s => s.WithBufferSize(0)).Tell("1");
        Assert.Equal("1", (await dead.WaitFor<DeadLetter>(d => d.Message is string)).Message);
    }

    [Fact]
    public async Task What_a_stopped_proxy_had_kept_goes_to_the_dead_letters()
    {
        await using var a = TestNode.Start();
        var dead = Dead(a);
        var proxy = StartProxy(a, s => s);
        proxy.Tell("1");
        a.System.Stop(proxy);
        Assert.Equal("1", (await dead.WaitFor<DeadLetter>(d => d.Message is string)).Message);
    }

    [Theory]
    [InlineData("manager")]
    [InlineData("/manager/singleton")]
    [InlineData("/user")]
    [InlineData("/user/a b")]
    [InlineData("akka://sys/user/manager")]
    [InlineData("")]
    public async Task A_path_that_is_no_managers_is_refused(string path)
    {
        await using var a = TestNode.Start();
        Assert.Throws<ArgumentException>(() => ClusterSingletonProxy.Props(path, ClusterSingletonProxySettings.Create(a.System)));
    }

    private static EventRecorder Dead(TestNode node)
    {
        var dead = new EventRecorder();
        node.System.EventStream.Subscribe(node.System.ActorOf(dead.Props), typeof(DeadLetter));
        return dead;
    }

    private static IActorRef StartProxy(TestNode node, Func<ClusterSingletonProxySettings, ClusterSingletonProxySettings> change) =>
        node.System.ActorOf(ClusterSingletonProxy.Props("/user/manager", change(ClusterSingletonProxySettings.Create(node.System))), "proxy");

    private void StartManager(TestNode node, Func<ClusterSingletonManagerSettings, ClusterSingletonManagerSettings>? change = null) =>
        node.System.ActorOf(
            ClusterSingletonManager.Props(
                _register.Props, SingletonRegister.Stop.Instance, (change ?? (s => s))(ClusterSingletonManagerSettings.Create(node.System))),
            "manager");
}
