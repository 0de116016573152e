namespace Meditron.Actors.Tests.Specs;

public class RouterSpec : ActorSpec
{
    public RouterSpec()
        : base("""
            akka.actor.deployment {
              /pool { router = round-robin-pool, nr-of-instances = 3 }
              /everybody { router = broadcast-pool, nr-of-instances = 2 }
              /hashing { router = consistent-hashing-pool, nr-of-instances = 4, virtual-nodes-factor = 17 }
              /parent/pool { router = round-robin-pool, nr-of-instances = 2 }
              "/wild/*/pool" { router = round-robin-pool, nr-of-instances = 2 }
              /group { router = round-robin-group, routees.paths = ["/user/a", "/user/b"] }
            }
            """)
    {
    }

    [Fact]
    public void Round_robin_gives_each_routee_its_turn()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RoundRobinPool(3)));
        var answers = Answers(router, 9).GroupBy(answer => answer.Name).ToList();

        Assert.Equal(3, answers.Count);
        Assert.All(answers, of => Assert.Equal(3, of.Count()));
    }

    [Fact]
    public void Broadcast_gives_each_message_to_all()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new BroadcastPool(3)));
        router.Tell("hi");

        Assert.Equal(3, ReceiveN(3).Cast<NamedActor.Answer>().Select(answer => answer.Name).Distinct().Count());
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_broadcast_envelope_reaches_all_whatever_the_logic()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RoundRobinPool(3)));
        router.Tell(new Broadcast("hi"));

        Assert.All(ReceiveN(3).Cast<NamedActor.Answer>(), answer => Assert.Equal("hi", answer.Message));
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_key_always_belongs_to_the_same_routee()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new ConsistentHashingPool(5)));
        var owners = new Dictionary<string, string>();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                router.Tell(new ConsistentHashableEnvelope($"message {round}", $"key {i}"));
                var answer = ExpectMsg<NamedActor.Answer>();
                Assert.Equal($"message {round}", answer.Message);
                Assert.Equal(owners.TryAdd($"key {i}", answer.Name) ? answer.Name : owners[$"key {i}"], answer.Name);
            }
        }

        Assert.InRange(owners.Values.Distinct().Count(), 2, 5);
    }

    [Fact]
    public void Messages_may_know_their_key_or_get_it_from_a_mapping()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new ConsistentHashingPool(4).WithHashMapping(message => message is int number ? number % 2 : null!)));
        router.Tell(2);
        router.Tell(4);
        router.Tell(new Keyed("a"));
        router.Tell(new Keyed("a"));
        var owners = ReceiveN(4).Cast<NamedActor.Answer>().GroupBy(answer => answer.Message.GetType()).ToList();

        Assert.All(owners, of => Assert.Single(of.Select(answer => answer.Name).Distinct()));
    }

    [Fact]
    public void A_message_without_a_key_is_a_dead_letter_and_a_warning()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new ConsistentHashingPool(2)));
        EventFilter.Warning(contains: "IConsistentHashable").ExpectOne(() => router.Tell(new object()));

        ExpectMsg<DeadLetter>();
    }

    [Fact]
    public void A_routee_that_stops_leaves_its_router()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RoundRobinPool(2)));
        Watch(router);
        router.Tell("stop");
        AwaitAssert(() => Assert.Single(RouteesOf(router)));

        Assert.Single(Answers(router, 4).Select(answer => answer.Name).Distinct());
    }

    [Fact]
    public void A_router_without_routees_stops()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RoundRobinPool(2)));
        Watch(router);
        router.Tell(new Broadcast("stop"));

        ExpectTerminated(router);
    }

    [Fact]
    public void Stopping_a_pool_stops_its_routees()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RoundRobinPool(2)));
        var routees = RouteesOf(router).Cast<ActorRefRoutee>().Select(routee => routee.Actor).ToList();
        routees.ForEach(routee => Watch(routee));
        router.Tell(PoisonPill.Instance);

        Assert.Equal(routees.ToHashSet(), ReceiveN(2).Cast<Terminated>().Select(terminated => terminated.ActorRef).ToHashSet());
    }

    [Fact]
    public void Poison_for_all_reaches_the_routees()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RoundRobinPool(2)));
        Watch(router);
        router.Tell(new Broadcast(PoisonPill.Instance));

        ExpectTerminated(router);
    }

    [Fact]
    public void Routees_are_added_and_removed_by_message()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RoundRobinPool(1)));
        var other = ActorOf<NamedActor>("other");
        router.Tell(new AddRoutee(Routee.FromActorRef(other)));
        AwaitAssert(() => Assert.Equal(2, RouteesOf(router).Count));
        Assert.Contains("other", Answers(router, 2).Select(answer => answer.Name));

        router.Tell(new RemoveRoutee(Routee.FromActorRef(other)));
        AwaitAssert(() => Assert.Single(RouteesOf(router)));
        Assert.DoesNotContain("other", Answers(router, 2).Select(answer => answer.Name));
    }

    [Fact]
    public void A_pool_is_resized_by_message()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RoundRobinPool(2)));
        router.Tell(new AdjustPoolSize(3));
        AwaitAssert(() => Assert.Equal(5, RouteesOf(router).Count));
        router.Tell(new AdjustPoolSize(-4));
        AwaitAssert(() => Assert.Single(RouteesOf(router)));
    }

    [Fact]
    public void What_removed_routees_were_sent_before_they_still_answer()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RoundRobinPool(2)));
        for (var i = 0; i < 20; i++)
        {
            router.Tell(i);
        }

        router.Tell(new AdjustPoolSize(-1));

        Assert.Equal(Enumerable.Range(0, 20), ReceiveN(20).Cast<NamedActor.Answer>().Select(answer => (int)answer.Message).Order());
    }

    [Fact]
    public async Task Asking_a_router_asks_a_routee()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RoundRobinPool(2)));

        Assert.Equal("hi", (await router.Ask<NamedActor.Answer>("hi", Deadline)).Message);
    }

    [Fact]
    public void The_sender_of_a_routed_message_is_its_sender()
    {
        var probe = CreateTestProbe();
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RoundRobinPool(2)));
        router.Tell("hi", probe.Ref);

        probe.ExpectMsg<NamedActor.Answer>();
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_group_routes_to_actors_found_by_their_paths()
    {
        ActorOf<NamedActor>("a");
        ActorOf<NamedActor>("b");
        var router = Sys.ActorOf(Props.Empty.WithRouter(new RoundRobinGroup("/user/a", "/user/b")), "named");

        Assert.Equal(["a", "a", "b", "b"], Answers(router, 4).Select(answer => answer.Name).Order());
    }

    [Fact]
    public void A_group_does_not_stop_its_routees()
    {
        var a = ActorOf<NamedActor>("a");
        var router = Sys.ActorOf(Props.Empty.WithRouter(new BroadcastGroup("/user/a")));
        Watch(router);
        router.Tell(PoisonPill.Instance);
        ExpectTerminated(router);
        a.Tell("still there?");

        ExpectMsg<NamedActor.Answer>();
    }

    [Fact]
    public void A_random_router_uses_all_its_routees()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RandomPool(3)));

        Assert.Equal(3, Answers(router, 200).Select(answer => answer.Name).Distinct().Count());
    }

    [BundledFact("the message that a routee works on counts")]
    public void The_smallest_mailbox_goes_first()
    {
        var router = Sys.ActorOf(Props.Create<Blocked>().WithRouter(new SmallestMailboxPool(2)));
        using var gate = new ManualResetEventSlim();
        router.Tell(gate);
        var blocked = ExpectMsg<string>();

        // One message more waits there, so that the other has less to do even while it ends with the one before.
        LastSender.Tell("who?", ActorRefs.NoSender);
        for (var i = 0; i < 5; i++)
        {
            router.Tell("who?");
            Assert.NotEqual(blocked, ExpectMsg<string>());
        }

        gate.Set();
    }

    [Fact]
    public void A_pool_comes_from_the_configuration_of_its_path()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(FromConfig.Instance), "pool");

        Assert.Equal(3, RouteesOf(router).Count);
        Assert.Equal(3, Answers(router, 3).Select(answer => answer.Name).Distinct().Count());
    }

    [Fact]
    public void The_configuration_wins_over_the_router_in_code()
    {
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(new RoundRobinPool(7)), "everybody");
        router.Tell("hi");

        ReceiveN(2);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_group_comes_from_the_configuration_of_its_path()
    {
        ActorOf<NamedActor>("a");
        ActorOf<NamedActor>("b");
        var router = Sys.ActorOf(Props.Empty.WithRouter(FromConfig.Instance), "group");

        Assert.Equal(["a", "b"], Answers(router, 2).Select(answer => answer.Name).Order());
    }

    [Fact]
    public void A_child_may_be_a_router_from_the_configuration()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Spawner("pool")), "parent");
        parent.Tell(Props.Create<NamedActor>().WithRouter(FromConfig.Instance));
        var router = ExpectMsg<IActorRef>();

        Assert.Equal(2, RouteesOf(router).Count);
    }

    [Fact]
    public void A_wildcard_in_the_configuration_stands_for_one_name()
    {
        var wild = Sys.ActorOf(Props.Create(() => new Spawner("any-name")), "wild");
        wild.Tell(Props.Create(() => new Spawner("pool")));
        var child = ExpectMsg<IActorRef>();
        child.Tell(Props.Create<NamedActor>().WithRouter(FromConfig.Instance));
        var router = ExpectMsg<IActorRef>();

        Assert.Equal(2, RouteesOf(router).Count);
    }

    [Fact]
    public void A_router_that_the_configuration_does_not_have_is_refused_by_its_path()
    {
        var refused = Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Create<NamedActor>().WithRouter(FromConfig.Instance), "nowhere"));

        Assert.Contains("nowhere", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pool_restarts_a_failing_routee()
    {
        EventFilter.Exception<InvalidOperationException>().Mute();
        var hooks = CreateTestProbe();
        var router = Sys.ActorOf(Props.Create(() => new Recorder(hooks.Ref, false)).WithRouter(new RoundRobinPool(1)));
        router.Tell(new InvalidOperationException("told to fail"));

        hooks.FishForMessage<Recorder.Hook>(hook => hook.What == "PostRestart told to fail");
    }

    [Fact]
    public void A_pool_may_leave_its_routees_failures_to_whoever_made_it()
    {
        EventFilter.Exception<InvalidOperationException>().Mute();
        var probe = CreateTestProbe();
        var parent = ActorOf(() => new RouterParent(probe.Ref));
        parent.Tell("fail");

        Assert.Equal("told to fail", probe.ExpectMsg<string>());
    }

    [Fact]
    public void A_pool_may_decide_about_its_routees_failures_itself()
    {
        EventFilter.Exception<InvalidOperationException>().Mute();
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(
            new RoundRobinPool(2).WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Stop))));
        router.Tell(new InvalidOperationException("told to fail"));

        AwaitAssert(() => Assert.Single(RouteesOf(router)));
    }

    [Fact]
    public void A_restarted_router_keeps_its_routees()
    {
        EventFilter.Exception<InvalidOperationException>().Mute();
        var router = Sys.ActorOf(Props.Create<NamedActor>().WithRouter(
            new RoundRobinPool(3).WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Escalate))));
        var before = RouteesOf(router).Select(routee => routee.ToString()).ToHashSet();

        // The strategy passes a routee's failure on, and the guardian restarts the router.
        router.Tell(new InvalidOperationException("told to fail"));

        AwaitAssert(() => Assert.Equal(before, RouteesOf(router).Select(routee => routee.ToString()).ToHashSet()));
        Assert.Equal(3, Answers(router, 3).Select(answer => answer.Name).Distinct().Count());
    }

    private List<NamedActor.Answer> Answers(IActorRef router, int count)
    {
        for (var i = 0; i < count; i++)
        {
            router.Tell(i);
        }

        return [.. ReceiveN(count).Cast<NamedActor.Answer>()];
    }

    private List<Routee> RouteesOf(IActorRef router) =>
        [.. router.Ask<Routees>(new GetRoutees(), Deadline).GetAwaiter().GetResult().Members];

    private sealed record Keyed(string Key) : IConsistentHashable
    {
        public object ConsistentHashKey => Key;
    }

    private sealed class Blocked : ReceiveActor
    {
        public Blocked()
        {
            Receive<ManualResetEventSlim>(gate =>
            {
                Sender.Tell(Self.Path.Name);
                gate.Wait(Deadline);
            });
            Receive<string>(_ => Sender.Tell(Self.Path.Name));
        }
    }

    private sealed class Spawner : ReceiveActor
    {
        public Spawner(string name)
        {
            Receive<Props>(props => Sender.Tell(Context.ActorOf(props, name)));
            ReceiveAny(_ => { });
        }
    }

    private sealed class RouterParent : ReceiveActor
    {
        private readonly IActorRef _listener;

        public RouterParent(IActorRef listener)
        {
            _listener = listener;
            var router = Context.ActorOf(Props.Create<NamedActor>().WithRouter(
                new RoundRobinPool(2).WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Escalate))));
            ReceiveAny(_ => router.Tell(new InvalidOperationException("told to fail")));
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
        {
            _listener.Tell(failure.Message);
            return Directive.Stop;
        });
    }
}
