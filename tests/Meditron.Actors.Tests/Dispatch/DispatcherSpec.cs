namespace Meditron.Actors.Tests.Specs;

public class DispatcherSpec : ActorSpec
{
    public DispatcherSpec()
        : base("""
            pinned { type = PinnedDispatcher }
            one-at-a-time { type = ForkJoinDispatcher, throughput = 1, dedicated-thread-pool { thread-count = 1 } }
            greedy { type = ForkJoinDispatcher, throughput = 1000, dedicated-thread-pool { thread-count = 1 } }
            akka.actor.deployment./deployed.dispatcher = pinned
            """)
    {
    }

    [Fact]
    public void A_pinned_actor_stays_on_one_thread_of_its_own()
    {
        var (one, other) = (Start("pinned"), Start("pinned"));
        var threads = new[] { one, other }.Select(actor => Enumerable.Range(0, 20).Select(_ => ThreadOf(actor)).Distinct().ToList()).ToList();

        Assert.All(threads, of => Assert.Single(of));
        Assert.NotEqual(threads[0], threads[1]);
    }

    [Fact]
    public void With_a_throughput_of_one_actors_take_turns() => Assert.Equal(["a1", "b1", "a2", "b2", "a3", "b3"], Order("one-at-a-time"));

    [Fact]
    public void With_a_large_throughput_an_actor_goes_on_while_it_has_messages() => Assert.Equal(["a1", "a2", "a3", "b1", "b2", "b3"], Order("greedy"));

    [Fact]
    public void The_calling_threads_dispatcher_runs_in_the_thread_that_tells()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Teller()).WithDispatcher("akka.test.calling-thread-dispatcher"));
        actor.Tell("thread");

        Assert.Equal(Environment.CurrentManagedThreadId, ExpectMsg<int>());
    }

    [Fact]
    public void The_deployment_names_a_dispatcher()
    {
        var actor = ActorOf(() => new Teller(), "deployed");

        Assert.Single(Enumerable.Range(0, 20).Select(_ => ThreadOf(actor)).Distinct());
        actor.Tell("dispatcher");
        ExpectMsg("pinned");
    }

    [Fact]
    public void A_dispatcher_that_is_not_configured_is_refused_by_name()
    {
        var refused = Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Create(() => new Teller()).WithDispatcher("no-such-dispatcher")));

        Assert.Contains("no-such-dispatcher", refused.Message, StringComparison.Ordinal);
    }

    [BundledTheory("Akka.NET takes some of these")]
    [InlineData("throughput = 0", "throughput is 0: it must be at least 1")]
    [InlineData("type = NoSuchType", "type is 'NoSuchType'")]
    [InlineData("executor = no-such-executor", "executor is 'no-such-executor'")]
    [InlineData("type = ForkJoinDispatcher, dedicated-thread-pool.thread-count = 0", "thread-count is 0: it must be 1 to 1024")]
    public async Task A_dispatcher_that_makes_no_sense_is_refused_by_its_key_and_the_system_ends_all_the_same(string settings, string why)
    {
        var system = ActorSystem.Create("bad", $"akka {{ stdout-loglevel = OFF, loglevel = OFF }}\nbad {{ {settings} }}");
        Assert.Contains(why, Assert.Throws<ConfigurationException>(() => system.Dispatchers.Lookup("bad")).Message, StringComparison.Ordinal);
        await system.Terminate().WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void Each_dispatcher_is_made_once() => Assert.Same(Sys.Dispatchers.Lookup("greedy"), Sys.Dispatchers.Lookup("greedy"));

    private IActorRef Start(string dispatcher) => Sys.ActorOf(Props.Create(() => new Teller()).WithDispatcher(dispatcher));

    private int ThreadOf(IActorRef actor)
    {
        actor.Tell("thread");
        return ExpectMsg<int>();
    }

    /// <summary>The order in which two actors of one thread process three messages each, all of which wait when they start.</summary>
    private List<string> Order(string dispatcher)
    {
        using var gate = new ManualResetEventSlim();
        var (a, b, busy) = (Start(dispatcher), Start(dispatcher), Start(dispatcher));
        ThreadOf(a);
        ThreadOf(b);
        busy.Tell(gate);
        ExpectMsg("busy");
        foreach (var (actor, name) in new[] { (a, "a"), (b, "b") })
        {
            for (var i = 1; i <= 3; i++)
            {
                actor.Tell($"{name}{i}");
            }
        }

        gate.Set();
        return [.. ReceiveN(6).Cast<string>()];
    }

    private sealed class Teller : ReceiveActor
    {
        public Teller()
        {
            Receive<ManualResetEventSlim>(gate =>
            {
                Sender.Tell("busy");
                gate.Wait(Deadline);
            });
            Receive<string>(message => Sender.Tell(message switch
            {
                "thread" => Environment.CurrentManagedThreadId,
                "dispatcher" => Context.Dispatcher.Id,
                _ => message,
            }));
        }
    }
}
