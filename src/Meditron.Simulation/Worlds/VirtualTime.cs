namespace Meditron.Simulation.Worlds;

/// <summary>The clock and the timers of a process: the world's time, and for the wall clock the machine's error on top.</summary>
internal sealed class VirtualTime(NodeProcess process) : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => Epoch + process.World.Now + process.Host.ClockOffset;

    // Not zero at the beginning: some take zero for "never".
    public override long GetTimestamp() => process.World.Ticks + TimeSpan.TicksPerHour;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(process, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(NodeProcess process, TimerCallback callback, object? state) : ITimer, IRunnable
    {
        private TimedStep? _step;
        private TimeSpan _period;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            if (_step is not null)
            {
                _step.Cancelled = true;
                _step = null;
            }

            _period = period;
            if (dueTime != Timeout.InfiniteTimeSpan && process.IsAlive)
            {
                _step = process.World.At(dueTime, process, this);
            }

            return true;
        }

        public void Run()
        {
            _step = _period > TimeSpan.Zero ? process.World.At(_period, process, this) : null;
            callback(state);
        }

        public void Execute() => Run();

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
