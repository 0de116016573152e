using Meditron.Actors.Actor;

namespace Meditron.Actors.Pattern;

/// <summary>Makes the options of backoff supervisors.</summary>
public static class Backoff
{
    /// <summary>The child is started again after a pause when it fails and the strategy says restart.</summary>
    public static BackoffOptions OnFailure(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new BackoffOptionsImpl(childProps, childName, minBackoff, maxBackoff, randomFactor) { OnFailure = true }.WithMaxNrOfRetries(maxNrOfRetries);

    /// <summary>The child is started again after a pause when it stops, for whatever reason.</summary>
    public static BackoffOptions OnStop(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, int maxNrOfRetries) =>
        new BackoffOptionsImpl(childProps, childName, minBackoff, maxBackoff, randomFactor).WithMaxNrOfRetries(maxNrOfRetries);
}

/// <summary>The options of a backoff supervisor.</summary>
public abstract class BackoffOptions
{
    /// <summary>Creates the options.</summary>
    protected BackoffOptions()
    {
    }

    internal abstract Props Props { get; }

    /// <summary>The pause starts over when the child has run this long.</summary>
    public abstract BackoffOptions WithAutoReset(TimeSpan resetBackoff);

    /// <summary>The pause starts over on <see cref="BackoffSupervisor.Reset"/> only.</summary>
    public abstract BackoffOptions WithManualReset();

    /// <summary>Decides about the child's failures.</summary>
    public abstract BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy);

    /// <summary>A child that fails is stopped.</summary>
    public abstract BackoffOptions WithDefaultStoppingStrategy();

    /// <summary>The most restarts; -1 for no limit.</summary>
    public abstract BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries);

    /// <summary>The answer to messages during a pause, which otherwise go to the dead letters.</summary>
    public abstract BackoffOptions WithReplyWhileStopped(object replyWhileStopped);

    /// <summary>The message after which the child is not started again when it stops.</summary>
    public abstract BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage);
}

/// <summary>The options, each change a copy.</summary>
internal sealed class BackoffOptionsImpl : BackoffOptions
{
    private readonly Props _childProps;
    private readonly string _childName;
    private readonly TimeSpan _minBackoff;
    private readonly TimeSpan _maxBackoff;
    private readonly double _randomFactor;

    internal BackoffOptionsImpl(Props childProps, string childName, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
    {
        Check(childProps, minBackoff, maxBackoff, randomFactor);
        _childProps = childProps;
        _childName = childName;
        _minBackoff = minBackoff;
        _maxBackoff = maxBackoff;
        _randomFactor = randomFactor;
        ResetPolicy = new AutoReset(minBackoff);
    }

    internal bool OnFailure { get; init; }

    internal override Props Props
    {
        get
        {
            object?[] arguments = [_childProps, _childName, _minBackoff, _maxBackoff, ResetPolicy, _randomFactor, Strategy, Reply, FinalStop];
            return Actor.Props.Create(OnFailure ? typeof(BackoffOnRestartSupervisor) : typeof(BackoffSupervisor), arguments!);
        }
    }

    private IBackoffReset ResetPolicy { get; init; }

    private OneForOneStrategy Strategy { get; init; } = new(Actor.SupervisorStrategy.DefaultDecider);

    private object? Reply { get; init; }

    private Func<object, bool>? FinalStop { get; init; }

    public override BackoffOptions WithAutoReset(TimeSpan resetBackoff) => Copy(new AutoReset(resetBackoff), Strategy, Reply, FinalStop);

    public override BackoffOptions WithManualReset() => Copy(ManualReset.Instance, Strategy, Reply, FinalStop);

    public override BackoffOptions WithSupervisorStrategy(OneForOneStrategy supervisorStrategy) =>
        Copy(ResetPolicy, supervisorStrategy ?? throw new ArgumentNullException(nameof(supervisorStrategy)), Reply, FinalStop);

    public override BackoffOptions WithDefaultStoppingStrategy() =>
        Copy(ResetPolicy, Actor.SupervisorStrategy.StoppingStrategy.WithMaxNrOfRetries(Strategy.MaxNumberOfRetries), Reply, FinalStop);

    public override BackoffOptions WithMaxNrOfRetries(int maxNrOfRetries) =>
        Copy(ResetPolicy, Strategy.WithMaxNrOfRetries(maxNrOfRetries), Reply, FinalStop);

    public override BackoffOptions WithReplyWhileStopped(object replyWhileStopped) => Copy(ResetPolicy, Strategy, replyWhileStopped, FinalStop);

    public override BackoffOptions WithFinalStopMessage(Func<object, bool> isFinalStopMessage) => Copy(ResetPolicy, Strategy, Reply, isFinalStopMessage);

    internal static void Check(Props childProps, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor)
    {
        ArgumentNullException.ThrowIfNull(childProps);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(minBackoff, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBackoff, minBackoff);
        ArgumentOutOfRangeException.ThrowIfLessThan(randomFactor, 0.0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(randomFactor, 1.0);
    }

    private BackoffOptionsImpl Copy(IBackoffReset reset, OneForOneStrategy strategy, object? reply, Func<object, bool>? finalStop) =>
        new(_childProps, _childName, _minBackoff, _maxBackoff, _randomFactor)
        {
            OnFailure = OnFailure,
            ResetPolicy = reset,
            Strategy = strategy,
            Reply = reply,
            FinalStop = finalStop,
        };
}
