namespace Meditron.Actors.Actor;

/// <summary>The receive timeout: one timer, moved on by messages without touching it.</summary>
internal sealed partial class ActorCell
{
    private TimeoutState? _timeout;

    public TimeSpan? ReceiveTimeout => _timeout?.Duration;

    public void SetReceiveTimeout(TimeSpan? timeout)
    {
        if (timeout is { } duration && duration <= TimeSpan.Zero && duration != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(timeout), duration, $"The receive timeout of {_self} must be positive, or null for none.");
        }

        _timeout?.Cancel();
        _timeout = timeout is null || timeout == Timeout.InfiniteTimeSpan ? null : new TimeoutState(this, timeout.Value);
    }

    private void CheckReceiveTimeout(bool reschedule)
    {
        if (reschedule || _timeout is { IsArmed: false })
        {
            _timeout?.Touch();
        }
    }

    private sealed class TimeoutState(ActorCell cell, TimeSpan duration)
    {
        private readonly Lock _lock = new();
        private TimeSpan _last;
        private IScheduled? _timer;
        private bool _cancelled;

        public TimeSpan Duration => duration;

        public bool IsArmed
        {
            get
            {
                lock (_lock)
                {
                    return _timer is not null;
                }
            }
        }

        public void Touch()
        {
            lock (_lock)
            {
                _last = cell.SystemImpl.Scheduler.MonotonicClock;
                _timer ??= _cancelled ? null : cell.SystemImpl.ScheduleInternal(duration, Fire);
            }
        }

        public void Cancel()
        {
            lock (_lock)
            {
                _cancelled = true;
                _timer?.Cancel();
                _timer = null;
            }
        }

        private void Fire()
        {
            lock (_lock)
            {
                _timer = null;
                if (_cancelled)
                {
                    return;
                }

                // Messages since then have moved the end on.
                var left = _last + duration - cell.SystemImpl.Scheduler.MonotonicClock;
                if (left > TimeSpan.Zero)
                {
                    _timer = cell.SystemImpl.ScheduleInternal(left, Fire);
                    return;
                }
            }

            cell.SendMessage(Actor.ReceiveTimeout.Instance, cell._self);
        }
    }
}
