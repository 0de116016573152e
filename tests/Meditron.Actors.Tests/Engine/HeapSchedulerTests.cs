using Meditron.Actors.Event;

namespace Meditron.Actors.Tests.Engine;

/// <summary>The scheduler in a time of the test's own.</summary>
public sealed class HeapSchedulerTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly HeapScheduler _scheduler;
    private readonly List<(string What, double At)> _happened = [];

    public HeapSchedulerTests() => _scheduler = new HeapScheduler(_time, () => NoLogger.Instance);

    public void Dispose() => _scheduler.Dispose();

    [Fact]
    public void A_rhythm_does_not_drift_when_its_timer_is_late()
    {
        _scheduler.ScheduleRepeatedly(Seconds(1), Seconds(1), Note("tick"));
        foreach (var late in new[] { 0.0, 0.3, 0.9, 0.1 })
        {
            _time.FireAt(Math.Floor(_time.Now) + 1 + late);
        }

        // Late by itself each time, and never for what was late before.
        Assert.Equal([1.0, 2.3, 3.9, 4.1], _happened.Select(e => Math.Round(e.At, 3)));
    }

    [Fact]
    public void What_was_missed_in_a_long_stop_is_not_made_up_for()
    {
        _scheduler.ScheduleRepeatedly(Seconds(1), Seconds(1), Note("tick"));
        _time.FireAt(100.5);
        Assert.Single(_happened);
        _time.FireAt(101.5);

        Assert.Equal(2, _happened.Count);
    }

    [Fact]
    public void What_is_due_together_runs_in_the_order_it_was_scheduled()
    {
        for (var i = 0; i < 200; i++)
        {
            _scheduler.ScheduleOnce(Seconds(i % 2 == 0 ? 2 : 1), Note($"{i}"));
        }

        _time.FireAt(3);
        Assert.Equal(
            [.. Enumerable.Range(0, 100).Select(i => $"{(2 * i) + 1}"), .. Enumerable.Range(0, 100).Select(i => $"{2 * i}")],
            _happened.Select(e => e.What));
    }

    [Fact]
    public void Any_of_many_can_be_cancelled()
    {
        var all = Enumerable.Range(0, 1000).Select(i => _scheduler.Schedule(Seconds(1 + (i * 7919 % 1000)), null, Note($"{i}"), null)).ToArray();
        foreach (var cancelled in all.Where((_, i) => i % 3 != 0))
        {
            cancelled.Cancel();
        }

        _time.FireAt(2000);
        Assert.Equal(
            Enumerable.Range(0, 1000).Where(i => i % 3 == 0).OrderBy(i => i * 7919 % 1000).Select(i => $"{i}"), _happened.Select(e => e.What));
    }

    [Fact]
    public void A_repeated_action_may_cancel_itself()
    {
        IScheduled? scheduled = null;
        scheduled = _scheduler.Schedule(Seconds(1), Seconds(1), () =>
        {
            _happened.Add(("tick", _time.Now));
            scheduled!.Cancel();
        }, null);
        _time.FireAt(1);
        _time.FireAt(5);

        Assert.Single(_happened);
    }

    [Fact]
    public void After_its_end_nothing_happens_and_nothing_fails()
    {
        _scheduler.ScheduleOnce(Seconds(1), Note("before"));
        _scheduler.Dispose();
        _scheduler.ScheduleOnce(Seconds(1), Note("after"));
        _time.FireAt(5);

        Assert.Empty(_happened);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private Action Note(string what) => () => _happened.Add((what, _time.Now));

    private sealed class ManualTime : TimeProvider
    {
        private Action? _timer;

        public double Now { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => TimeSpan.FromSeconds(Now).Ticks;

        public void FireAt(double seconds)
        {
            Now = seconds;
            _timer!();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _timer = () => callback(state);
            return new Timer();
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => default;
        }
    }
}
