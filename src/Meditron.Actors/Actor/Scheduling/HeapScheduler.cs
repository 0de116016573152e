using System.Globalization;
using Meditron.Actors.Dispatch;
using Meditron.Actors.Event;

namespace Meditron.Actors.Actor;

/// <summary>The engine's scheduler: a heap of deadlines over one timer of the time provider; what is due at one instant runs in the order it was scheduled.</summary>
internal sealed class HeapScheduler : IScheduler, IAdvancedScheduler, IRuntimeScheduler, IDisposable
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly TimeProvider _time;
    private readonly Func<ILoggingAdapter> _log;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly long _start;
    private Work[] _heap = new Work[64];
    private int _count;
    private long _order;
    private TimeSpan _armed = TimeSpan.MaxValue;
    private bool _disposed;

    public HeapScheduler(TimeProvider time, Func<ILoggingAdapter> log)
    {
        _time = time;
        _log = log;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(static self => ((HeapScheduler)self!).RunDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <inheritdoc/>
    public EngineRuntime? Runtime { get; init; }

    public DateTimeOffset Now => _time.GetUtcNow();

    public TimeSpan MonotonicClock => _time.GetElapsedTime(_start);

    public TimeSpan HighResMonotonicClock => MonotonicClock;

    public IAdvancedScheduler Advanced => this;

    public IScheduled Schedule(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        if (delay < TimeSpan.Zero || interval <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(
                nameof(delay), string.Create(CultureInfo.InvariantCulture, $"Cannot schedule after {delay}{(interval is null ? "" : $" every {interval}")}: a delay must not be negative and an interval must be positive."));
        }

        lock (_lock)
        {
            var work = new Work(this, MonotonicClock + delay, _order++, interval, action, cancelable);
            if (_disposed)
            {
                return work;
            }

            Push(work);
            Arm();
            return work;
        }
    }

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender) => ScheduleTellOnce(delay, receiver, message, sender, null);

    public void ScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Schedule(delay, null, () => receiver.Tell(message, sender), cancelable);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender) =>
        ScheduleTellRepeatedly(initialDelay, interval, receiver, message, sender, null);

    public void ScheduleTellRepeatedly(TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef? sender, ICancelable? cancelable) =>
        Schedule(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    public void ScheduleOnce(TimeSpan delay, Action action) => Schedule(delay, null, action, null);

    public void ScheduleOnce(TimeSpan delay, Action action, ICancelable? cancelable) => Schedule(delay, null, action, cancelable);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action) => Schedule(initialDelay, interval, action, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable? cancelable) => Schedule(initialDelay, interval, action, cancelable);

    public void ScheduleOnce(TimeSpan delay, IRunnable action) => Schedule(delay, null, action.Run, null);

    public void ScheduleOnce(TimeSpan delay, IRunnable action, ICancelable? cancelable) => Schedule(delay, null, action.Run, cancelable);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action) => Schedule(initialDelay, interval, action.Run, null);

    public void ScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable? cancelable) => Schedule(initialDelay, interval, action.Run, cancelable);

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _count = 0;
            Array.Clear(_heap);
        }

        _timer.Dispose();
    }

    private void RunDue()
    {
        while (true)
        {
            Work work;
            lock (_lock)
            {
                _armed = TimeSpan.MaxValue;
                if (_disposed || _count == 0 || _heap[0].Due > MonotonicClock)
                {
                    Arm();
                    return;
                }

                work = _heap[0];
                RemoveAt(0);
            }

            if (work.Cancelable is { IsCancellationRequested: true })
            {
                continue;
            }

            try
            {
                work.Action();
            }
            catch (Exception cause)
            {
                _log().Log(LogLevel.ErrorLevel, cause, "A scheduled action failed; a repeated one ends here.");
                continue;
            }

            if (work.Interval is { } interval)
            {
                lock (_lock)
                {
                    if (!_disposed && !work.Cancelled)
                    {
                        // Kept to its own rhythm, but after a long stop it is not made up for.
                        var next = work.Due + interval;
                        work.Due = next > MonotonicClock ? next : MonotonicClock + interval;
                        work.Order = _order++;
                        Push(work);
                    }
                }
            }
        }
    }

    private void Arm()
    {
        if (_disposed || _count == 0 || _heap[0].Due >= _armed)
        {
            return;
        }

        _armed = _heap[0].Due;
        var wait = _armed - MonotonicClock;
        _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestTimer ? RoundUp(wait) : LongestTimer, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The platform's timers count whole milliseconds and cut the rest off, which would wake too early and spin.</summary>
    private static TimeSpan RoundUp(TimeSpan wait)
    {
        var rest = wait.Ticks % TimeSpan.TicksPerMillisecond;
        return rest == 0 ? wait : TimeSpan.FromTicks(wait.Ticks - rest + TimeSpan.TicksPerMillisecond);
    }

    private void Cancel(Work work)
    {
        lock (_lock)
        {
            work.Cancelled = true;
            if (work.Index >= 0 && work.Index < _count && ReferenceEquals(_heap[work.Index], work))
            {
                RemoveAt(work.Index);
            }
        }
    }

    private void Push(Work work)
    {
        if (_count == _heap.Length)
        {
            Array.Resize(ref _heap, _count * 2);
        }

        SiftUp(_count++, work);
    }

    private void RemoveAt(int index)
    {
        _heap[index].Index = -1;
        var last = _heap[--_count];
        _heap[_count] = null!;
        if (index == _count)
        {
            return;
        }

        SiftDown(index, last);
        if (ReferenceEquals(_heap[index], last))
        {
            SiftUp(index, last);
        }
    }

    private void SiftUp(int index, Work work)
    {
        while (index > 0)
        {
            var parent = (index - 1) / 2;
            if (!work.IsBefore(_heap[parent]))
            {
                break;
            }

            Place(index, _heap[parent]);
            index = parent;
        }

        Place(index, work);
    }

    private void SiftDown(int index, Work work)
    {
        while ((index * 2) + 1 is var child && child < _count)
        {
            if (child + 1 < _count && _heap[child + 1].IsBefore(_heap[child]))
            {
                child++;
            }

            if (!_heap[child].IsBefore(work))
            {
                break;
            }

            Place(index, _heap[child]);
            index = child;
        }

        Place(index, work);
    }

    private void Place(int index, Work work)
    {
        _heap[index] = work;
        work.Index = index;
    }

    private sealed class Work(HeapScheduler scheduler, TimeSpan due, long order, TimeSpan? interval, Action action, ICancelable? cancelable) : IScheduled
    {
        public TimeSpan Due { get; set; } = due;

        public long Order { get; set; } = order;

        public TimeSpan? Interval { get; } = interval;

        public Action Action { get; } = action;

        public ICancelable? Cancelable { get; } = cancelable;

        public bool Cancelled { get; set; }

        public int Index { get; set; } = -1;

        public bool IsBefore(Work other) => Due < other.Due || (Due == other.Due && Order < other.Order);

        public void Cancel() => scheduler.Cancel(this);
    }
}
