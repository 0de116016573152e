namespace Meditron.Actors.Tests.Specs;

public class BackoffSupervisorSpec : ActorSpec
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    public BackoffSupervisorSpec()
        : base(VirtualTime)
    {
        EventFilter.Exception<InvalidOperationException>().Mute();
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void The_supervisor_stands_for_its_child()
    {
        var supervisor = Start(OnStop());
        supervisor.Tell("hi");
        ExpectMsg<NamedActor.Answer>(answer => Assert.Equal(("child", "hi"), (answer.Name, answer.Message)));
    }

    [Fact]
    public void A_child_that_stopped_starts_again_after_the_pause()
    {
        var supervisor = Start(OnStop());
        StopChild(supervisor, 1);
        Scheduler.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Null(Child(supervisor));
        Scheduler.Advance(TimeSpan.FromMilliseconds(1));

        Assert.NotNull(Child(supervisor));
    }

    [Fact]
    public void Pauses_double_up_to_the_longest()
    {
        var supervisor = Start(OnStop().WithManualReset());
        foreach (var (pause, count) in new[] { (1, 1), (2, 2), (4, 3), (5, 4), (5, 5) })
        {
            StopChild(supervisor, count);
            Scheduler.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            Assert.Null(Child(supervisor));
            Scheduler.Advance(TimeSpan.FromMilliseconds(1));
            Assert.NotNull(Child(supervisor));
        }
    }

    [Fact]
    public void The_pause_starts_over_once_the_child_has_run_for_a_while()
    {
        var supervisor = Start(OnStop().WithAutoReset(10 * _second));
        StopChild(supervisor, 1);
        Scheduler.Advance(_second);
        Assert.Equal(1, Restarts(supervisor));
        Scheduler.Advance(10 * _second);

        Assert.Equal(0, Restarts(supervisor));
    }

    [Fact]
    public void The_pause_does_not_start_over_for_a_child_that_stops_soon()
    {
        var supervisor = Start(OnStop().WithAutoReset(10 * _second));
        StopChild(supervisor, 1);
        Scheduler.Advance(_second);
        Assert.NotNull(Child(supervisor));
        StopChild(supervisor, 2);
        Scheduler.Advance(2 * _second);
        Assert.NotNull(Child(supervisor));

        // The reset of the first start comes due, and is of no interest any more.
        Scheduler.Advance(8 * _second);

        Assert.Equal(2, Restarts(supervisor));
    }

    [Fact]
    public void The_pause_starts_over_on_request()
    {
        var supervisor = Start(OnStop().WithManualReset());
        StopChild(supervisor, 1);
        Scheduler.Advance(_second);
        Assert.NotNull(Child(supervisor));
        supervisor.Tell(BackoffSupervisor.Reset.Instance);

        Assert.Equal(0, Restarts(supervisor));
    }

    [Fact]
    public void A_reset_is_unhandled_where_it_happens_by_itself()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        Start(OnStop()).Tell(BackoffSupervisor.Reset.Instance);

        Assert.Same(BackoffSupervisor.Reset.Instance, ExpectMsg<UnhandledMessage>().Message);
    }

    [Fact]
    public void After_so_many_restarts_the_supervisor_stops_too()
    {
        var supervisor = Start(OnStop(maxNrOfRetries: 2).WithManualReset());
        Watch(supervisor);
        StopChild(supervisor, 1);
        Scheduler.Advance(_second);
        Assert.NotNull(Child(supervisor));
        StopChild(supervisor, 2);
        Scheduler.Advance(2 * _second);
        supervisor.Tell("stop");

        ExpectTerminated(supervisor);
    }

    [Fact]
    public void A_failing_child_is_restarted_at_once_where_only_stops_are_waited_for()
    {
        var hooks = CreateTestProbe();
        var supervisor = Start(Backoff.OnStop(Props.Create(() => new Recorder(hooks.Ref, false)), "child", _second, 5 * _second, 0, -1));
        supervisor.Tell(new InvalidOperationException("told to fail"));

        hooks.FishForMessage<Recorder.Hook>(hook => hook.What == "PostRestart told to fail");
        Assert.Equal(0, Restarts(supervisor));
    }

    [Fact]
    public void A_failing_child_is_stopped_by_the_stopping_strategy_and_starts_again_after_the_pause()
    {
        var supervisor = Start(OnStop().WithDefaultStoppingStrategy());
        var first = Child(supervisor)!;
        supervisor.Tell(new InvalidOperationException("told to fail"));
        AwaitAssert(() => Assert.Equal(1, Restarts(supervisor)));
        Assert.Null(Child(supervisor));
        Scheduler.Advance(_second);

        Assert.NotEqual(first, Child(supervisor));
    }

    [Fact]
    public void A_child_that_fails_starts_again_after_the_pause()
    {
        var supervisor = Start(OnFailure());
        supervisor.Tell(new InvalidOperationException("told to fail"));
        AwaitAssert(() => Assert.Equal(1, Restarts(supervisor)));
        Assert.Null(Child(supervisor));
        Scheduler.Advance(_second);

        Assert.NotNull(Child(supervisor));
    }

    [Fact]
    public void A_child_that_stops_takes_its_supervisor_along_where_only_failures_are_waited_for()
    {
        var supervisor = Start(OnFailure());
        Watch(supervisor);
        supervisor.Tell("stop");

        ExpectTerminated(supervisor);
    }

    [Fact]
    public void Failures_too_many_stop_the_supervisor()
    {
        var supervisor = Start(OnFailure(maxNrOfRetries: 1).WithManualReset());
        Watch(supervisor);
        supervisor.Tell(new InvalidOperationException("told to fail"));
        AwaitAssert(() => Assert.Equal(1, Restarts(supervisor)));
        Scheduler.Advance(_second);
        Assert.NotNull(Child(supervisor));
        supervisor.Tell(new InvalidOperationException("told to fail"));

        ExpectTerminated(supervisor);
    }

    [Fact]
    public void The_strategy_chooses_which_failures_are_waited_for()
    {
        var supervisor = Start(OnFailure().WithSupervisorStrategy(new OneForOneStrategy(failure => failure is FormatException ? Directive.Stop : Directive.Resume)));
        var first = Child(supervisor);
        supervisor.Tell(new InvalidOperationException("told to fail"));
        supervisor.Tell("hi");
        ExpectMsg<NamedActor.Answer>();

        Assert.Equal(first, Child(supervisor));
    }

    [Fact]
    public void During_a_pause_messages_are_dead_letters()
    {
        var supervisor = Start(OnStop());
        StopChild(supervisor, 1);
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        supervisor.Tell("too early");

        Assert.Equal("too early", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void During_a_pause_messages_may_get_an_answer()
    {
        var supervisor = Start(OnStop().WithReplyWhileStopped("later"));
        StopChild(supervisor, 1);
        supervisor.Tell("too early");

        ExpectMsg("later");
    }

    [Fact]
    public void After_the_final_message_the_child_is_not_started_again()
    {
        var supervisor = Start(OnStop().WithFinalStopMessage(message => message is "stop"));
        Watch(supervisor);
        supervisor.Tell("stop");

        ExpectTerminated(supervisor);
    }

    [Fact]
    public void The_final_message_also_counts_during_a_pause()
    {
        var supervisor = Start(OnStop().WithFinalStopMessage(message => message is "enough").WithReplyWhileStopped("later"));
        Watch(supervisor);
        StopChild(supervisor, 1);
        supervisor.Tell("enough");
        ExpectMsg("later");

        ExpectTerminated(supervisor);
    }

    [BundledTheory("Akka.NET takes any")]
    [InlineData(0, 1, 0.0)]
    [InlineData(2, 1, 0.0)]
    [InlineData(1, 1, 1.5)]
    [InlineData(1, 1, -0.1)]
    public void Pauses_that_make_no_sense_are_refused(int min, int max, double randomFactor) => Assert.ThrowsAny<ArgumentException>(
        () => Sys.ActorOf(BackoffSupervisor.Props(Props.Create<NamedActor>(), "child", TimeSpan.FromSeconds(min), TimeSpan.FromSeconds(max), randomFactor)));

    private static BackoffOptions OnStop(int maxNrOfRetries = -1) => Backoff.OnStop(Props.Create<NamedActor>(), "child", _second, 5 * _second, 0, maxNrOfRetries);

    private static BackoffOptions OnFailure(int maxNrOfRetries = -1) => Backoff.OnFailure(Props.Create<NamedActor>(), "child", _second, 5 * _second, 0, maxNrOfRetries);

    private IActorRef Start(BackoffOptions options) => Sys.ActorOf(BackoffSupervisor.Props(options));

    private IActorRef? Child(IActorRef supervisor)
    {
        var probe = CreateTestProbe();
        supervisor.Tell(BackoffSupervisor.GetCurrentChild.Instance, probe.Ref);
        return probe.ExpectMsg<BackoffSupervisor.CurrentChild>().Ref;
    }

    private int Restarts(IActorRef supervisor)
    {
        var probe = CreateTestProbe();
        supervisor.Tell(BackoffSupervisor.GetRestartCount.Instance, probe.Ref);
        return probe.ExpectMsg<BackoffSupervisor.RestartCount>().Count;
    }

    private void StopChild(IActorRef supervisor, int restarts)
    {
        supervisor.Tell("stop");
        AwaitAssert(() => Assert.Equal(restarts, Restarts(supervisor)));
    }
}
