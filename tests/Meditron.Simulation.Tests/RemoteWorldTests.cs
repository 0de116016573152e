namespace Meditron.Simulation.Tests;

public sealed class RemoteWorldTests
{
    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void Messages_arrive_in_order_between_two_nodes(ulong seed) => InWorld(seed, (world, a, b) =>
    {
        var got = new List<int>();
        b.System.ActorOf(Props.Create(() => new Collector(got)), "collector");
        var target = a.System.ActorSelection($"akka.tcp://sim@n2:2552/user/collector");
        for (var i = 0; i < 100; i++)
        {
            target.Tell(i, ActorRefs.NoSender);
        }

        Assert.True(world.RunUntil(() => got.Count == 100, TimeSpan.FromSeconds(10)), world.Violation?.Message ?? $"{got.Count} came");
        Assert.Equal(Enumerable.Range(0, 100), got);
    });

    [Fact]
    public void A_cut_direction_stalls_a_stream_and_a_repair_loses_nothing() => InWorld(4, (world, a, b) =>
    {
        var got = new List<int>();
        b.System.ActorOf(Props.Create(() => new Collector(got)), "collector");
        var target = a.System.ActorSelection($"akka.tcp://sim@n2:2552/user/collector");
        target.Tell(0, ActorRefs.NoSender);
        Assert.True(world.RunUntil(() => got.Count == 1, TimeSpan.FromSeconds(10)));
        world.Network.Cut(a.Host, b.Host, breaks: 0);
        for (var i = 1; i < 10; i++)
        {
            target.Tell(i, ActorRefs.NoSender);
        }

        world.RunFor(TimeSpan.FromSeconds(20));
        Assert.Single(got);
        world.Network.Repair(a.Host, b.Host);
        Assert.True(world.RunUntil(() => got.Count == 10, TimeSpan.FromSeconds(3)), $"{got.Count} came");
        Assert.Equal(Enumerable.Range(0, 10), got);
    });

    [Fact]
    public void The_death_of_a_process_is_noticed_from_its_closed_connection() => InWorld(5, (world, a, b) =>
    {
        var ended = new List<string>();
        b.System.ActorOf(Props.Create(() => new Collector(new List<int>())), "collector");
        a.System.ActorOf(Props.Create(() => new Watcher("akka.tcp://sim@n2:2552/user/collector", ended)), "watcher");
        Assert.True(world.RunUntil(() => ended.Contains("watching"), TimeSpan.FromSeconds(5)), world.Violation?.Message);
        world.RunFor(TimeSpan.FromSeconds(5));
        b.Host.Kill();
        Assert.True(world.RunUntil(() => ended.Contains("terminated"), TimeSpan.FromSeconds(1)), world.Violation?.Message);
    });

    [Fact]
    public void A_machine_without_power_is_noticed_by_its_silence() => InWorld(6, (world, a, b) =>
    {
        var ended = new List<string>();
        b.System.ActorOf(Props.Create(() => new Collector(new List<int>())), "collector");
        a.System.ActorOf(Props.Create(() => new Watcher("akka.tcp://sim@n2:2552/user/collector", ended)), "watcher");
        Assert.True(world.RunUntil(() => ended.Contains("watching"), TimeSpan.FromSeconds(5)), world.Violation?.Message);
        world.RunFor(TimeSpan.FromSeconds(15));
        b.Host.PowerOff();
        Assert.False(world.RunUntil(() => ended.Contains("terminated"), TimeSpan.FromSeconds(5)));
        Assert.True(world.RunUntil(() => ended.Contains("terminated"), TimeSpan.FromSeconds(15)), world.Violation?.Message);
    });

    [Fact]
    public void A_restarted_process_is_another_incarnation_at_the_same_address() => InWorld(7, (world, a, b) =>
    {
        var got = new List<int>();
        b.System.ActorOf(Props.Create(() => new Collector(got)), "collector");
        var target = a.System.ActorSelection($"akka.tcp://sim@n2:2552/user/collector");
        target.Tell(1, ActorRefs.NoSender);
        Assert.True(world.RunUntil(() => got.Count == 1, TimeSpan.FromSeconds(5)));
        b.Host.Kill();
        world.RunFor(TimeSpan.FromSeconds(1));
        var again = Start(b.Host);
        again.ActorOf(Props.Create(() => new Collector(got)), "collector");
        world.RunFor(TimeSpan.FromSeconds(10));
        target.Tell(2, ActorRefs.NoSender);
        Assert.True(world.RunUntil(() => got.Count == 2, TimeSpan.FromSeconds(5)), world.Violation?.Message);
        Assert.NotEqual(((ActorSystemImpl)b.System).SystemUid, ((ActorSystemImpl)again).SystemUid);
    });

    private static void InWorld(ulong seed, Action<World, Node, Node> body)
    {
        using var text = new StringWriter();
        using var log = EventLog.To(text);
        using var world = new World(seed, log);
        world.Enter(() =>
        {
            try
            {
                var a = new NodeHost(world, "n1");
                var b = new NodeHost(world, "n2");
                body(world, new Node(a, Start(a)), new Node(b, Start(b)));
                Assert.Null(world.Violation);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"{e.Message}\n{text}", e);
            }
        });
    }

    private static ActorSystem Start(NodeHost host) => SimulatedSystem.Start(
        host.Start(),
        "sim",
        ConfigurationFactory.ParseString($"akka {{ loglevel = INFO, actor.provider = remote, remote {{ secret = s3cret, dot-netty.tcp {{ hostname = {host.Name} }} }} }}").WithFallback(SimulatedSystem.Defaults));

    private sealed record Node(NodeHost Host, ActorSystem System);

    private sealed class Collector : ReceiveActor
    {
        public Collector(List<int> got) => Receive<int>(got.Add);
    }

    private sealed class Watcher : ReceiveActor
    {
        public Watcher(string path, List<string> happened)
        {
            Receive<ActorIdentity>(identity =>
            {
                Context.Watch(identity.Subject!);
                happened.Add("watching");
            });
            Receive<Terminated>(_ => happened.Add("terminated"));
            Context.ActorSelection(path).Tell(new Identify(1), Self);
        }
    }
}
