using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Pattern;

/// <summary>Starts its child again, after a growing pause, whenever the child fails and its strategy says restart.</summary>
internal sealed class BackoffOnRestartSupervisor : BackoffSupervisorBase
{
    private readonly TimeSpan _minBackoff;
    private readonly TimeSpan _maxBackoff;
    private readonly double _randomFactor;
    private readonly OneForOneStrategy _strategy;
    private readonly Random _random;
    private bool _restarting;

    public BackoffOnRestartSupervisor(
        Props childProps,
        string childName,
        TimeSpan minBackoff,
        TimeSpan maxBackoff,
        IBackoffReset reset,
        double randomFactor,
        OneForOneStrategy strategy,
        object? replyWhileStopped,
        Func<object, bool>? finalStopMessage)
        : base(childProps, childName, reset, replyWhileStopped, finalStopMessage)
    {
        _minBackoff = minBackoff;
        _maxBackoff = maxBackoff;
        _randomFactor = randomFactor;
        _strategy = strategy;
        _random = ((ActorSystemImpl)Context.System).Runtime.NewRandom($"backoff{Self.Path.ToStringWithoutAddress()}");
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_strategy.MaxNumberOfRetries, _strategy.WithinTimeRangeMilliseconds, Decide);

    protected override bool Receive(object message)
    {
        if (message is not Terminated terminated || Child is null || !terminated.ActorRef.Equals(Child))
        {
            return HandleBackoff(message);
        }

        Child = null;
        if (!_restarting || FinalStopMessageReceived)
        {
            // The child stopped by itself: so does what stands for it.
            Context.Stop(Self);
            return true;
        }

        _restarting = false;
        TimeSpan pause = BackoffDelay.Calculate(RestartCountN, _minBackoff, _maxBackoff, _randomFactor, _random);
        RestartCountN++;
        Context.System.Scheduler.ScheduleTellOnce(pause, Self, BackoffSupervisor.StartChild.Instance, Self);
        return true;
    }

    // A restart becomes a stop, whose notice starts the pause.
    private Directive Decide(Exception failure)
    {
        Directive directive = _strategy.Decider.Decide(failure);
        if (directive != Directive.Restart)
        {
            return directive;
        }

        if (_strategy.MaxNumberOfRetries >= 0 && RestartCountN >= _strategy.MaxNumberOfRetries)
        {
            Context.GetLogger().Debug("Stops, because its child {0} has failed again after {1} restarts, the most that are allowed.", ChildName, _strategy.MaxNumberOfRetries);
            Context.Stop(Self);
            return Directive.Stop;
        }

        _restarting = true;
        return Directive.Stop;
    }
}
