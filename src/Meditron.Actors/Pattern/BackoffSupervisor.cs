using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Pattern;

/// <summary>Starts its child again, after a growing pause, whenever the child stops.</summary>
public sealed class BackoffSupervisor : BackoffSupervisorBase
{
    private readonly TimeSpan _minBackoff;
    private readonly TimeSpan _maxBackoff;
    private readonly double _randomFactor;
    private readonly SupervisorStrategy _strategy;
    private readonly Random _random;

    /// <summary>Creates the supervisor with the default strategy; the pause starts over once the child has run for the shortest pause.</summary>
    public BackoffSupervisor(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
        : this(childProps, childName, minBackoff, maxBackoff, new AutoReset(minBackoff), randomFactor, Actor.SupervisorStrategy.DefaultStrategy)
    {
    }

    /// <summary>Creates the supervisor.</summary>
    public BackoffSupervisor(
        Props childProps,
        string childName,
        TimeSpan minBackoff,
        TimeSpan maxBackoff,
        IBackoffReset reset,
        double randomFactor,
        SupervisorStrategy strategy,
        object? replyWhileStopped = null,
        Func<object, bool>? finalStopMessage = null)
        : base(childProps, childName, reset, replyWhileStopped, finalStopMessage)
    {
        _minBackoff = minBackoff;
        _maxBackoff = maxBackoff;
        _randomFactor = randomFactor;
        _strategy = strategy;
        _random = ((ActorSystemImpl)Context.System).Runtime.NewRandom($"backoff{Self.Path.ToStringWithoutAddress()}");
    }

    /// <summary>A supervisor with the default strategy.</summary>
    public static Props Props(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor) =>
        Props(Backoff.OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor, -1));

    /// <summary>A supervisor with the default strategy that gives up after a number of restarts.</summary>
    public static Props Props(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        Props(Backoff.OnStop(childProps, childName, minBackoff, maxBackoff, randomFactor, maxNrOfRetries));

    /// <summary>A supervisor with the given options.</summary>
    public static Props Props(BackoffOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Props;
    }

    /// <summary>A supervisor with a strategy of its own.</summary>
    public static Props PropsWithSupervisorStrategy(
        Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, SupervisorStrategy strategy)
    {
        BackoffOptionsImpl.Check(childProps, minBackoff, maxBackoff, randomFactor);
        return Actor.Props.Create(() => new BackoffSupervisor(childProps, childName, minBackoff, maxBackoff, new AutoReset(minBackoff), randomFactor, strategy, null, null));
    }

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => _strategy;

    /// <inheritdoc/>
    protected override bool Receive(object message)
    {
        if (message is not Terminated terminated || Child is null || !terminated.ActorRef.Equals(Child))
        {
            return HandleBackoff(message);
        }

        Child = null;
        if (FinalStopMessageReceived)
        {
            Context.Stop(Self);
            return true;
        }

        int maximum = _strategy is OneForOneStrategy one ? one.MaxNumberOfRetries : -1;
        if (maximum >= 0 && RestartCountN >= maximum)
        {
            Context.GetLogger().Debug("Stops, because its child {0} has stopped again after {1} restarts, the most that are allowed.", ChildName, maximum);
            Context.Stop(Self);
            return true;
        }

        TimeSpan pause = BackoffDelay.Calculate(RestartCountN, _minBackoff, _maxBackoff, _randomFactor, _random);
        RestartCountN++;
        Context.System.Scheduler.ScheduleTellOnce(pause, Self, StartChild.Instance, Self);
        return true;
    }

    /// <summary>Asks for the child; answered with <see cref="CurrentChild"/>.</summary>
    public sealed class GetCurrentChild
    {
        /// <summary>The one instance.</summary>
        public static readonly GetCurrentChild Instance = new();

        private GetCurrentChild()
        {
        }
    }

    /// <summary>The child at the moment; null during a pause.</summary>
    public sealed class CurrentChild
    {
        /// <summary>Creates the answer.</summary>
        public CurrentChild(IActorRef @ref)
        {
            Ref = @ref;
        }

        /// <summary>The child.</summary>
        public IActorRef Ref { get; }
    }

    /// <summary>Makes the pause start over, where that was left to this message.</summary>
    public new sealed class Reset
    {
        /// <summary>The one instance.</summary>
        public static readonly Reset Instance = new();

        private Reset()
        {
        }
    }

    /// <summary>Asks how often the child was started again; answered with <see cref="RestartCount"/>.</summary>
    public sealed class GetRestartCount
    {
        /// <summary>The one instance.</summary>
        public static readonly GetRestartCount Instance = new();

        private GetRestartCount()
        {
        }
    }

    /// <summary>How often the child was started again since the pause last started over.</summary>
    public sealed class RestartCount
    {
        /// <summary>Creates the answer.</summary>
        public RestartCount(int count)
        {
            Count = count;
        }

        /// <summary>The number of restarts.</summary>
        public int Count { get; }
    }

    /// <summary>The pause is over.</summary>
    public new sealed class StartChild : IDeadLetterSuppression
    {
        /// <summary>The one instance.</summary>
        public static readonly StartChild Instance = new();

        private StartChild()
        {
        }
    }

    /// <summary>The child has run long enough for the pause to start over, unless it was started again meanwhile.</summary>
    public sealed class ResetRestartCount : IDeadLetterSuppression
    {
        /// <summary>Creates the message.</summary>
        public ResetRestartCount(int current)
        {
            Current = current;
        }

        /// <summary>The number of restarts when the message was scheduled.</summary>
        public int Current { get; }
    }
}
