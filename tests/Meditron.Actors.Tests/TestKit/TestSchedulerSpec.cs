namespace Meditron.Actors.Tests.Specs;

public class TestSchedulerSpec : ActorSpec
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    public TestSchedulerSpec()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void Time_stands_still_until_it_is_advanced()
    {
        var start = Scheduler.Now;
        Scheduler.ScheduleTellOnce(_second, TestActor, "tick", ActorRefs.NoSender);
        ExpectNoMsg(Quiet);
        Assert.Equal(start, Scheduler.Now);
        Scheduler.Advance(_second);
        ExpectMsg("tick");
        Assert.Equal(start + _second, Scheduler.Now);
        Assert.Throws<InvalidOperationException>(() => Scheduler.AdvanceTo(start));
    }

    [BundledFact("virtual time stops at each entry")]
    public void What_is_due_runs_in_the_order_of_its_time_and_sees_that_time()
    {
        var seen = new List<(string, TimeSpan)>();
        var start = Scheduler.MonotonicClock;
        Scheduler.Advanced.ScheduleOnce(3 * _second, () => seen.Add(("late", Scheduler.MonotonicClock - start)));
        Scheduler.Advanced.ScheduleOnce(_second, () =>
        {
            seen.Add(("early", Scheduler.MonotonicClock - start));
            Scheduler.Advanced.ScheduleOnce(_second, () => seen.Add(("added", Scheduler.MonotonicClock - start)));
        });
        Scheduler.Advanced.ScheduleRepeatedly(2 * _second, 2 * _second, () => seen.Add(("again", Scheduler.MonotonicClock - start)));
        Scheduler.Advance(5 * _second);

        Assert.Equal([("early", _second), ("again", 2 * _second), ("added", 2 * _second), ("late", 3 * _second), ("again", 4 * _second)], seen);
    }

    [Fact]
    public void What_is_cancelled_does_not_run()
    {
        var once = Scheduler.ScheduleTellOnceCancelable(_second, TestActor, "once", ActorRefs.NoSender);
        var repeated = Scheduler.ScheduleTellRepeatedlyCancelable(_second, _second, TestActor, "repeated", ActorRefs.NoSender);
        once.Cancel();
        Scheduler.Advance(_second);
        ExpectMsg("repeated");
        repeated.Cancel();
        Scheduler.Advance(10 * _second);
        ExpectNoMsg(Quiet);
    }
}
