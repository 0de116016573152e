namespace Meditron.Actors.Tests.Specs;

public class EscalationSpec : ActorSpec
{
    public EscalationSpec()
    {
        EventFilter.Exception<Exception>().Mute();
        EventFilter.Warning().Mute();
    }

    [Fact]
    public void A_failure_goes_up_until_somebody_decides()
    {
        var top = ActorOf(() => new Level(TestActor, "top", Directive.Restart));
        var bottom = Below(Below(top, "middle", Directive.Escalate), "bottom", Directive.Escalate);
        bottom.Tell(new FormatException("boom"));

        // The one at the top restarts its child, which stops its own children on the way.
        Assert.Equal("middle decides FormatException boom", FishForMessage<string>(_ => true));
        ExpectMsg("top decides FormatException boom");
        ExpectMsg<string>(message => Assert.Equal("middle restarts", message));
        AwaitAssert(() => AssertGone(bottom));
    }

    [Fact]
    public void A_failure_that_is_resumed_above_resumes_all_below()
    {
        var top = ActorOf(() => new Level(TestActor, "top", Directive.Resume));
        var middle = Below(top, "middle", Directive.Escalate);
        var bottom = Below(middle, "bottom", Directive.Escalate);
        bottom.Tell(new FormatException("boom"));
        ExpectMsg("middle decides FormatException boom");
        ExpectMsg("top decides FormatException boom");
        bottom.Tell("still there?");
        ExpectMsg("bottom heard still there?");
        middle.Tell("you too?");
        ExpectMsg("middle heard you too?");
    }

    [Fact]
    public void While_a_decision_is_made_nobody_below_processes_messages()
    {
        using var decide = new ManualResetEventSlim();
        var top = ActorOf(() => new Level(TestActor, "top", Directive.Resume, decide));
        var middle = Below(top, "middle", Directive.Escalate);
        var bottom = Below(middle, "bottom", Directive.Escalate);
        middle.Tell(new FormatException("boom"));
        ExpectMsg("top decides FormatException boom");
        bottom.Tell("waits");
        ExpectNoMsg(Quiet);
        decide.Set();

        ExpectMsg("bottom heard waits");
    }

    [Fact]
    public void A_decider_that_fails_fails_its_actor()
    {
        var top = ActorOf(() => new Level(TestActor, "top", Directive.Stop));
        var middle = Below(top, "middle", null);
        Watch(middle);
        var bottom = Below(middle, "bottom", Directive.Stop);
        bottom.Tell(new FormatException("boom"));
        ExpectMsg("top decides NotSupportedException middle cannot decide");

        ExpectTerminated(middle);
    }

    [Fact]
    public async Task A_failure_that_nobody_handles_ends_the_system()
    {
        var system = ActorSystem.Create("escalating", """
            akka { stdout-loglevel = OFF, loglevel = OFF, actor.guardian-supervisor-strategy = "Meditron.Actors.Tests.Specs.EscalatingStrategy, Meditron.Actors.Tests" }
            """);
        system.ActorOf<NamedActor>().Tell(new FormatException("boom"));

        await system.WhenTerminated.WaitAsync(Deadline);
    }

    [Fact]
    public async Task The_stopping_strategy_of_the_guardian_stops_what_fails()
    {
        var system = ActorSystem.Create("stopping", """
            akka { stdout-loglevel = OFF, loglevel = OFF, actor.guardian-supervisor-strategy = "Akka.Actor.StoppingSupervisorStrategy" }
            """);
        try
        {
            var actor = system.ActorOf<NamedActor>();
            using var inbox = Inbox.Create(system);
            inbox.Watch(actor);
            actor.Tell(new FormatException("boom"));

            Assert.Equal(actor, ((Terminated)await inbox.ReceiveAsync(Deadline)).ActorRef);
        }
        finally
        {
            await system.Terminate();
        }
    }

    [BundledFact("Akka.NET names no key")]
    public void A_strategy_of_the_guardian_that_does_not_exist_is_refused_by_name()
    {
        var refused = Assert.Throws<ConfigurationException>(() => ActorSystem.Create("refused", "akka.actor.guardian-supervisor-strategy = \"No.Such, Thing\""));

        Assert.Contains("akka.actor.guardian-supervisor-strategy is 'No.Such, Thing'", refused.Message, StringComparison.Ordinal);
    }

    private IActorRef Below(IActorRef parent, string name, Directive? directive)
    {
        var listener = TestActor;
        parent.Tell(Props.Create(() => new Level(listener, name, directive, null)));
        return ExpectMsg<IActorRef>();
    }

    private void AssertGone(IActorRef actor)
    {
        var probe = CreateTestProbe();
        actor.Tell(new Identify(1), probe.Ref);
        Assert.Null(probe.ExpectMsg<ActorIdentity>().Subject);
    }

    private sealed class Level : ReceiveActor
    {
        private readonly IActorRef _listener;
        private readonly string _name;
        private readonly Directive? _directive;
        private readonly ManualResetEventSlim? _decide;

        public Level(IActorRef listener, string name, Directive? directive, ManualResetEventSlim? decide = null)
        {
            _listener = listener;
            _name = name;
            _directive = directive;
            _decide = decide;
            Receive<Exception>(failure => throw failure);
            Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
            Receive<string>(message => listener.Tell($"{name} heard {message}"));
        }

        protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
        {
            if (_directive is not { } directive)
            {
                throw new NotSupportedException($"{_name} cannot decide");
            }

            _listener.Tell($"{_name} decides {failure.GetType().Name} {failure.Message}");
            _decide?.Wait(Deadline);
            return directive;
        });

        protected override void PostRestart(Exception reason)
        {
            _listener.Tell($"{_name} restarts");
            base.PostRestart(reason);
        }
    }
}

/// <summary>Leaves every failure to the root.</summary>
public sealed class EscalatingStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => new OneForOneStrategy(_ => Directive.Escalate);
}
