namespace Meditron.Actors.Tests.Specs;

public class SupervisionSpec : ActorSpec
{
    public SupervisionSpec()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
        EventFilter.Exception<Exception>().Mute();
        EventFilter.Warning().Mute();
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Resume_keeps_the_instance_and_its_state()
    {
        var child = ChildOf(new OneForOneStrategy(_ => Directive.Resume));
        child.Tell(7);
        child.Tell(new InvalidOperationException("boom"));
        child.Tell("state");

        Assert.Equal(7, FishForMessage<int>(_ => true));
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Stop_ends_the_child()
    {
        var child = ChildOf(new OneForOneStrategy(_ => Directive.Stop));
        Watch(child);
        child.Tell(new InvalidOperationException("boom"));

        FishForMessage<Terminated>(terminated => terminated.ActorRef.Equals(child));
    }

    [Fact]
    public void The_decider_sees_the_exception()
    {
        var child = ChildOf(new OneForOneStrategy(exception =>
        {
            TestActor.Tell(exception.Message);
            return Directive.Resume;
        }));
        child.Tell(new InvalidOperationException("which"));

        Assert.Equal("which", FishForMessage<string>(_ => true));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_child_is_restarted_so_often_and_then_stopped(int retries)
    {
        var child = ChildOf(new OneForOneStrategy(retries, null, _ => Directive.Restart));
        Watch(child);
        for (var i = 0; i <= retries; i++)
        {
            child.Tell(new InvalidOperationException("boom"));
        }

        var restarts = 0;
        while (ReceiveOne() is { } message and not Terminated)
        {
            restarts += message is Recorder.Hook { What: "PostRestart boom" } ? 1 : 0;
        }

        Assert.Equal(retries, restarts);
        Assert.Equal(child, ((Terminated)LastMessage).ActorRef);
    }

    [Fact]
    public void Without_a_limit_a_child_is_restarted_each_time()
    {
        var child = ChildOf(new OneForOneStrategy(-1, -1, _ => Directive.Restart));
        for (var i = 0; i < 20; i++)
        {
            child.Tell(new InvalidOperationException("boom"));
        }

        for (var i = 0; i < 20; i++)
        {
            FishForMessage<Recorder.Hook>(hook => hook.What == "PostRestart boom");
        }
    }

    [BundledFact("windows are measured by the scheduler, not by the time of day")]
    public void A_window_without_a_number_allows_one_restart_in_each_window()
    {
        var child = ChildOf(new OneForOneStrategy(null, TimeSpan.FromSeconds(10), _ => Directive.Restart));
        Watch(child);

        for (var window = 0; window < 3; window++)
        {
            child.Tell(new InvalidOperationException("boom"));
            FishForMessage<Recorder.Hook>(hook => hook.What == "PostRestart boom");
            Scheduler.Advance(TimeSpan.FromSeconds(11));
        }

        child.Tell(new InvalidOperationException("boom"));
        FishForMessage<Recorder.Hook>(hook => hook.What == "PostRestart boom");
        child.Tell(new InvalidOperationException("boom"));
        FishForMessage<Terminated>(_ => true);
    }

    [BundledFact("windows are measured by the scheduler, not by the time of day")]
    public void Restarts_are_counted_anew_in_a_new_window()
    {
        var child = ChildOf(new OneForOneStrategy(2, TimeSpan.FromSeconds(10), _ => Directive.Restart));
        Watch(child);
        for (var i = 0; i < 4; i++)
        {
            child.Tell(new InvalidOperationException("boom"));
            FishForMessage<Recorder.Hook>(hook => hook.What == "PostRestart boom");
            if (i == 1)
            {
                Scheduler.Advance(TimeSpan.FromSeconds(11));
            }
        }

        child.Tell(new InvalidOperationException("boom"));
        FishForMessage<Terminated>(_ => true);
    }

    [Fact]
    public void Escalation_is_decided_by_the_grandparent_as_a_failure_of_the_parent()
    {
        var grandparent = ActorOf(() => new Supervisor(new OneForOneStrategy(_ => Directive.Restart)));
        var hooks = CreateTestProbe();
        var parent = ChildOf(grandparent, Props.Create(() => new Supervisor(new OneForOneStrategy(_ => Directive.Escalate), hooks.Ref)));
        hooks.ExpectMsg("supervisor starts");
        var child = ChildOf(parent, Props.Create(() => new Recorder(TestActor, false)));
        Watch(child);
        child.Tell(new InvalidOperationException("boom"));

        // The restarted parent has stopped its child.
        FishForMessage<Recorder.Hook>(hook => hook.What == "PostStop");
        ExpectTerminated(child);
        hooks.ExpectMsg("supervisor restarts boom");
        parent.Tell("ping");
        ExpectMsg("pong");
    }

    [Fact]
    public void One_for_one_leaves_the_siblings_alone()
    {
        var (first, second) = Siblings(new OneForOneStrategy(_ => Directive.Restart));
        first.Ref.Tell(new InvalidOperationException("boom"));

        first.Probe.FishForMessage<Recorder.Hook>(hook => hook.What == "PostRestart boom");
        second.Probe.ExpectNoMsg(Quiet);
    }

    [Fact]
    public void All_for_one_restarts_the_siblings_too()
    {
        var (first, second) = Siblings(new AllForOneStrategy(_ => Directive.Restart));
        first.Ref.Tell(new InvalidOperationException("boom"));

        first.Probe.FishForMessage<Recorder.Hook>(hook => hook.What == "PostRestart boom");
        second.Probe.FishForMessage<Recorder.Hook>(hook => hook.What == "PostRestart boom");
        second.Ref.Tell("alive");
        second.Probe.FishForMessage<Recorder.Hook>(hook => hook.What == "received alive");
    }

    [Fact]
    public void All_for_one_stops_all_children_when_the_limit_is_reached()
    {
        var (first, second) = Siblings(new AllForOneStrategy(0, null, _ => Directive.Restart));
        Watch(first.Ref);
        Watch(second.Ref);
        first.Ref.Tell(new InvalidOperationException("boom"));

        var ended = new[] { ExpectMsg<Terminated>().ActorRef, ExpectMsg<Terminated>().ActorRef };
        Assert.Contains(first.Ref, ended);
        Assert.Contains(second.Ref, ended);
    }

    [Fact]
    public void The_default_strategy_restarts_on_ordinary_failures_and_stops_the_killed()
    {
        Assert.Equal(Directive.Restart, SupervisorStrategy.DefaultDecider.Decide(new InvalidOperationException("x")));
        Assert.Equal(Directive.Stop, SupervisorStrategy.DefaultDecider.Decide(new ActorKilledException("x")));
        Assert.Equal(Directive.Stop, SupervisorStrategy.DefaultDecider.Decide(new ActorInitializationException("x")));
        Assert.Equal(Directive.Stop, SupervisorStrategy.DefaultDecider.Decide(new DeathPactException(TestActor)));
        Assert.Equal(Directive.Stop, SupervisorStrategy.StoppingStrategy.Decider.Decide(new InvalidOperationException("x")));
    }

    [Fact]
    public void A_decider_from_pairs_takes_the_first_type_that_fits()
    {
        var decider = Decider.From(
            Directive.Escalate,
            Directive.Stop.When<ArgumentNullException>(),
            Directive.Resume.When<ArgumentException>());

        Assert.Equal(Directive.Stop, decider.Decide(new ArgumentNullException("x")));
        Assert.Equal(Directive.Resume, decider.Decide(new ArgumentException("x")));
        Assert.Equal(Directive.Resume, decider.Decide(new ArgumentOutOfRangeException("x")));
        Assert.Equal(Directive.Escalate, decider.Decide(new InvalidOperationException("x")));
    }

    [Fact]
    public void Props_give_the_strategy_of_an_actor_that_has_none_of_its_own()
    {
        var parent = Sys.ActorOf(Props.Create(() => new Recorder(TestActor, false)).WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Stop)));
        parent.Tell(Props.Create(() => new Recorder(TestActor, false)));
        var child = FishForMessage<IActorRef>(_ => true);
        Watch(child);
        child.Tell(new InvalidOperationException("boom"));

        FishForMessage<Terminated>(_ => true);
    }

    [Fact]
    public void A_failed_child_processes_nothing_until_its_parent_has_decided()
    {
        var decided = new ManualResetEventSlim();
        var child = ChildOf(new OneForOneStrategy(_ =>
        {
            TestActor.Tell("deciding");
            decided.Wait(Deadline);
            return Directive.Resume;
        }));
        child.Tell(new InvalidOperationException("boom"));
        child.Tell("later");
        FishForMessage<string>(message => message == "deciding");
        ExpectNoMsg(Quiet);

        decided.Set();
        ExpectMsg<Recorder.Hook>(hook => hook.What == "received later");
    }

    [Fact]
    public void The_children_of_a_failed_actor_wait_with_it()
    {
        var decided = new ManualResetEventSlim();
        var grandchild = CreateTestProbe();
        var parent = ChildOf(new OneForOneStrategy(_ =>
        {
            TestActor.Tell("deciding");
            decided.Wait(Deadline);
            return Directive.Resume;
        }));
        parent.Tell(Props.Create(() => new Recorder(grandchild.Ref, false)));
        var reference = FishForMessage<IActorRef>(_ => true);
        grandchild.FishForMessage<Recorder.Hook>(hook => hook.What == "PreStart");
        parent.Tell(new InvalidOperationException("boom"));
        FishForMessage<string>(message => message == "deciding");
        reference.Tell("later");
        grandchild.ExpectNoMsg(Quiet);

        decided.Set();
        grandchild.ExpectMsg<Recorder.Hook>(hook => hook.What == "received later");
    }

    private IActorRef ChildOf(SupervisorStrategy strategy)
    {
        var parent = ActorOf(() => new Supervisor(strategy));
        return ChildOf(parent, Props.Create(() => new Recorder(TestActor, false)));
    }

    private IActorRef ChildOf(IActorRef parent, Props props)
    {
        parent.Tell(props, TestActor);
        return FishForMessage<IActorRef>(_ => true);
    }

    private ((IActorRef Ref, TestProbe Probe) First, (IActorRef Ref, TestProbe Probe) Second) Siblings(SupervisorStrategy strategy)
    {
        var parent = ActorOf(() => new Supervisor(strategy));
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        var refs = new[] { first, second }
            .Select(probe => ChildOf(parent, Props.Create(() => new Recorder(probe.Ref, false))))
            .ToArray();
        foreach (var probe in new[] { first, second })
        {
            probe.FishForMessage<Recorder.Hook>(hook => hook.What == "PreStart");
        }

        return ((refs[0], first), (refs[1], second));
    }

    private sealed class Supervisor : ReceiveActor
    {
        private readonly SupervisorStrategy _strategy;

        private readonly IActorRef? _listener;

        public Supervisor(SupervisorStrategy strategy, IActorRef? listener = null)
        {
            _strategy = strategy;
            _listener = listener;
            Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
            Receive<string>(_ => Sender.Tell("pong"));
        }

        protected override SupervisorStrategy SupervisorStrategy() => _strategy;

        protected override void PreStart() => _listener?.Tell("supervisor starts");

        protected override void PostRestart(Exception reason) => _listener?.Tell($"supervisor restarts {reason.Message}");
    }
}
