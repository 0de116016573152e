namespace Meditron.Actors.Tests.Specs;

public class SchedulerSpec : ActorSpec
{
    private static readonly TimeSpan _soon = TimeSpan.FromMilliseconds(20);

    [Fact]
    public void A_message_comes_once_and_not_before_its_time()
    {
        var start = Sys.Scheduler.MonotonicClock;
        Sys.Scheduler.ScheduleTellOnce(_soon, TestActor, "tick", ActorRefs.NoSender);
        ExpectMsg("tick");

        Assert.InRange(Sys.Scheduler.MonotonicClock - start, _soon, TimeSpan.MaxValue);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_repeated_message_comes_until_it_is_cancelled()
    {
        var cancel = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(TimeSpan.Zero, _soon, TestActor, "tick", ActorRefs.NoSender);
        ReceiveN(3);
        cancel.Cancel();

        // What is due runs one after the other: this comes after a tick that was on its way.
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.Zero, TestActor, 0, ActorRefs.NoSender);
        FishForMessage<int>(_ => true);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void What_is_cancelled_before_its_time_does_not_happen()
    {
        var cancel = Sys.Scheduler.ScheduleTellOnceCancelable(_soon, TestActor, "tick", ActorRefs.NoSender);
        cancel.Cancel();
        Assert.True(cancel.IsCancellationRequested);

        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void What_is_scheduled_with_something_cancelled_does_not_happen()
    {
        Sys.Scheduler.ScheduleTellOnce(_soon, TestActor, "tick", ActorRefs.NoSender, Cancelable.CreateCanceled());

        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void What_is_linked_is_cancelled_together()
    {
        var one = new Cancelable(Sys.Scheduler);
        var linked = Cancelable.CreateLinkedCancelable(Sys.Scheduler, one, new Cancelable(Sys.Scheduler));
        Assert.False(linked.IsCancellationRequested);
        one.Cancel();

        Assert.True(linked.IsCancellationRequested);
        Assert.True(linked.Token.IsCancellationRequested);
    }

    [Fact]
    public void Something_may_be_cancelled_after_a_time()
    {
        var cancel = new Cancelable(Sys.Scheduler);
        using var cancelled = new ManualResetEventSlim();
        cancel.Token.Register(cancelled.Set);
        cancel.CancelAfter(_soon);

        Assert.True(cancelled.Wait(Deadline));
    }

    [Fact]
    public void An_action_that_fails_disturbs_no_other()
    {
        EventFilter.Error().Mute();
        Sys.Scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => throw new FormatException("boom"));
        Sys.Scheduler.ScheduleTellOnce(_soon, TestActor, "tick", ActorRefs.NoSender);

        ExpectMsg("tick");
    }

    [Fact]
    public void Times_that_make_no_sense_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromSeconds(-1), TestActor, "tick", ActorRefs.NoSender));
        Assert.ThrowsAny<ArgumentException>(() => Sys.Scheduler.ScheduleTellRepeatedly(TimeSpan.Zero, TimeSpan.Zero, TestActor, "tick", ActorRefs.NoSender));
    }

    [Fact]
    public void The_sender_of_a_scheduled_message_is_the_one_given()
    {
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.Zero, TestActor, "tick", Sys.DeadLetters);
        ExpectMsg("tick");

        Assert.Equal(Sys.DeadLetters, LastSender);
    }
}
