namespace Meditron.Actors.Actor;

/// <summary>The timers of one incarnation of an actor; a generation number tells a cancelled timer's queued message from a live one's.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, (IScheduled Scheduled, long Generation, bool Repeats)> _timers = [];
    private long _generation;

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys.ToArray();

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => Start(key, msg, interval, interval, null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef? sender) => Start(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) => Start(key, msg, initialDelay, interval, null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef? sender) => Start(key, msg, initialDelay, interval, sender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, null, null);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef? sender) => Start(key, msg, timeout, null, sender);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
        {
            timer.Scheduled.Cancel();
        }
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
        {
            timer.Scheduled.Cancel();
        }

        _timers.Clear();
    }

    /// <summary>Whether a message that has arrived is still wanted.</summary>
    public bool Accepts(TimerMessage message)
    {
        if (!_timers.TryGetValue(message.Key, out var timer) || timer.Generation != message.Generation)
        {
            return false;
        }

        if (!timer.Repeats)
        {
            _timers.Remove(message.Key);
        }

        return true;
    }

    private void Start(object key, object message, TimeSpan delay, TimeSpan? interval, IActorRef? sender)
    {
        Cancel(key);
        var timer = new TimerMessage(this, key, ++_generation, message, sender);
        var scheduled = cell.SystemImpl.ScheduleInternal(delay, interval, () => cell.SendMessage(timer, timer.Sender));
        _timers[key] = (scheduled, timer.Generation, interval is not null);
    }
}

/// <summary>A timer's message on its way through the mailbox.</summary>
internal sealed class TimerMessage(TimerScheduler owner, object key, long generation, object message, IActorRef? sender) : INoSerializationVerificationNeeded
{
    public object Key { get; } = key;

    public long Generation { get; } = generation;

    public object Message { get; } = message;

    public IActorRef? Sender { get; } = sender;

    /// <summary>Whether the message is for this incarnation of the actor, and its timer not cancelled.</summary>
    public bool TryOpen(ActorBase? actor) => actor is IWithTimers { Timers: TimerScheduler timers } && ReferenceEquals(timers, owner) && timers.Accepts(this);

    public override string ToString() => $"timer {Key}: {Message}";
}
