namespace Meditron.Actors.Tests.Specs;

public class TimersSpec : ActorSpec
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    public TimersSpec()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void A_single_timer_fires_once()
    {
        var actor = Do(timers => timers.StartSingleTimer("key", "tick", _second));
        Scheduler.Advance(TimeSpan.FromMilliseconds(999));
        ExpectNoMsg(Quiet);
        Scheduler.Advance(TimeSpan.FromMilliseconds(1));
        ExpectMsg("tick");
        Scheduler.Advance(TimeSpan.FromSeconds(10));
        ExpectNoMsg(Quiet);
        Assert.False(IsActive(actor, "key"));
    }

    [Fact]
    public void A_periodic_timer_fires_until_it_is_cancelled()
    {
        var actor = Do(timers => timers.StartPeriodicTimer("key", "tick", _second));
        for (var i = 0; i < 3; i++)
        {
            Scheduler.Advance(_second);
            ExpectMsg("tick");
        }

        Assert.True(IsActive(actor, "key"));
        Do(timers => timers.Cancel("key"), actor);
        Scheduler.Advance(TimeSpan.FromSeconds(10));
        ExpectNoMsg(Quiet);
        Assert.False(IsActive(actor, "key"));
    }

    [Fact]
    public void A_periodic_timer_may_have_another_first_delay()
    {
        Do(timers => timers.StartPeriodicTimer("key", "tick", TimeSpan.FromSeconds(5), _second));
        Scheduler.Advance(TimeSpan.FromSeconds(4));
        ExpectNoMsg(Quiet);
        Scheduler.Advance(_second);
        ExpectMsg("tick");
        Scheduler.Advance(_second);
        ExpectMsg("tick");
    }

    [Fact]
    public void A_timer_that_has_fired_already_is_not_delivered_after_it_was_cancelled()
    {
        var actor = Do(timers => timers.StartSingleTimer("key", "tick", _second));
        using var gate = new ManualResetEventSlim();
        actor.Tell(new Action<ITimerScheduler>(timers =>
        {
            TestActor.Tell("busy");
            gate.Wait(Deadline);
            timers.Cancel("key");
        }));
        ExpectMsg("busy");

        // The message is in the mailbox now, behind the one that cancels its timer.
        Scheduler.Advance(_second);
        gate.Set();

        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Starting_a_timer_again_replaces_it_also_when_its_message_is_queued_already()
    {
        var actor = Do(timers => timers.StartSingleTimer("key", "old", _second));
        using var gate = new ManualResetEventSlim();
        actor.Tell(new Action<ITimerScheduler>(timers =>
        {
            TestActor.Tell("busy");
            gate.Wait(Deadline);
            timers.StartSingleTimer("key", "new", _second);
        }));
        ExpectMsg("busy");
        Scheduler.Advance(_second);
        gate.Set();
        ExpectNoMsg(Quiet);

        Scheduler.Advance(_second);
        ExpectMsg("new");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_restart_cancels_all_timers_also_those_whose_message_is_queued()
    {
        EventFilter.Exception<InvalidOperationException>().Mute();
        var actor = Do(timers =>
        {
            timers.StartSingleTimer("single", "tick", _second);
            timers.StartPeriodicTimer("periodic", "tock", _second);
        });
        using var gate = new ManualResetEventSlim();
        actor.Tell(new Action<ITimerScheduler>(_ =>
        {
            TestActor.Tell("busy");
            gate.Wait(Deadline);
            throw new InvalidOperationException("told to fail");
        }));
        ExpectMsg("busy");
        Scheduler.Advance(_second);
        gate.Set();

        Assert.False(IsActive(actor, "periodic"));
        Scheduler.Advance(TimeSpan.FromSeconds(5));
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_stop_cancels_all_timers()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var actor = Do(timers => timers.StartPeriodicTimer("key", "tick", _second));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Scheduler.Advance(TimeSpan.FromSeconds(5));

        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void CancelAll_cancels_all()
    {
        var actor = Do(timers =>
        {
            timers.StartSingleTimer("a", "tick", _second);
            timers.StartPeriodicTimer("b", "tock", _second);
            TestActor.Tell(timers.ActiveTimers.Count);
            timers.CancelAll();
            TestActor.Tell(timers.ActiveTimers.Count);
        });
        ExpectMsg(2);
        ExpectMsg(0);
        Scheduler.Advance(TimeSpan.FromSeconds(5));
        ExpectNoMsg(Quiet);
        Assert.False(IsActive(actor, "a"));
    }

    [Fact]
    public void A_timer_may_name_the_sender_of_its_message()
    {
        var sender = CreateTestProbe();
        Do(timers => timers.StartSingleTimer("key", "tick", _second, sender.Ref));
        Scheduler.Advance(_second);

        ExpectMsg("tick");
        Assert.Equal(sender.Ref, LastSender);
    }

    private IActorRef Do(Action<ITimerScheduler> what, IActorRef? actor = null)
    {
        actor ??= ActorOf(() => new Timed(TestActor));
        actor.Tell(what);
        actor.Tell("done?");
        FishOut("done");
        return actor;
    }

    private bool IsActive(IActorRef actor, string key)
    {
        var answer = false;
        actor.Tell(new Action<ITimerScheduler>(timers => answer = timers.IsTimerActive(key)));
        actor.Tell("done?");
        FishOut("done");
        return answer;
    }

    /// <summary>The test's own question is answered out of the ordinary messages' order.</summary>
    private void FishOut(string answer)
    {
        var others = new List<object>();
        for (object? message; (message = ReceiveOne()) is not null && !message.Equals(answer);)
        {
            others.Add(message);
        }

        Assert.Equal(answer, LastMessage);
        others.ForEach(message => TestActor.Tell(message));
    }

    private sealed class Timed : ReceiveActor, IWithTimers
    {
        public Timed(IActorRef listener)
        {
            Receive<Action<ITimerScheduler>>(what => what(Timers));
            Receive<string>(message => message == "done?", _ => listener.Tell("done"));
            ReceiveAny(listener.Forward);
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }
}
