using Meditron.Actors.Actor.Supervision;
using Meditron.Actors.Event;

namespace Meditron.Actors.Actor;

/// <summary>Decides what becomes of failed children.</summary>
public abstract class SupervisorStrategy
{
    /// <summary>Restarts on every failure, but stops an actor that could not be created, was killed, or died with one it watched.</summary>
    public static readonly IDecider DefaultDecider = Actor.Decider.From(
        Directive.Restart,
        Directive.Stop.When<ActorInitializationException>(),
        Directive.Stop.When<ActorKilledException>(),
        Directive.Stop.When<DeathPactException>());

    /// <summary>One-for-one with the default decider.</summary>
    public static readonly SupervisorStrategy DefaultStrategy = new OneForOneStrategy(DefaultDecider);

    /// <summary>Stops every failed child.</summary>
    public static readonly OneForOneStrategy StoppingStrategy = new(static _ => Directive.Stop);

    /// <summary>Made by its subclasses.</summary>
    protected SupervisorStrategy()
    {
    }

    /// <summary>The decider.</summary>
    public abstract IDecider Decider { get; }

    /// <summary>Whether failures are logged.</summary>
    protected bool LoggingEnabled { get; set; } = true;

    /// <summary>The directive for a failure of a child.</summary>
    protected abstract Directive Handle(IActorRef child, Exception exception);

    /// <summary>Stops or restarts the failed child, and others where the strategy includes them.</summary>
    internal abstract void ProcessFailure(IActorContext context, bool restart, IActorRef child, Exception cause, ChildRestartStats stats, Func<IReadOnlyCollection<ChildRestartStats>> allChildren);

    /// <summary>A child has stopped.</summary>
    internal abstract void HandleChildTerminated(IActorContext actorContext, IActorRef child);

    /// <summary>Carries out the directive for a failure; false means that it is escalated.</summary>
    internal bool HandleFailure(ActorCell actorCell, IActorRef child, Exception cause, ChildRestartStats stats, Func<IReadOnlyCollection<ChildRestartStats>> allChildren)
    {
        var directive = Handle(child, cause);
        LogFailure(actorCell, child, cause, directive);
        switch (directive)
        {
            case Directive.Escalate:
                return false;
            case Directive.Resume:
                ResumeChild(child, cause);
                return true;
            case Directive.Restart:
                ProcessFailure(actorCell, restart: true, child, cause, stats, allChildren);
                return true;
            default:
                ProcessFailure(actorCell, restart: false, child, cause, stats, allChildren);
                return true;
        }
    }

    /// <summary>Resumes a failed child.</summary>
    protected void ResumeChild(IActorRef child, Exception exception) => ((IInternalActorRef)child).Resume(exception);

    /// <summary>Restarts a child; one that has not failed itself is suspended first.</summary>
    protected void RestartChild(IActorRef child, Exception cause, bool suspendFirst)
    {
        var reference = (IInternalActorRef)child;
        if (suspendFirst)
        {
            reference.Suspend();
        }

        reference.Restart(cause);
    }

    /// <summary>Logs a failure and what is done about it.</summary>
    protected virtual void LogFailure(IActorContext context, IActorRef child, Exception cause, Directive directive)
    {
        if (!LoggingEnabled)
        {
            return;
        }

        var told = cause is ActorInitializationException { InnerException: { } inner } ? inner : cause;
        LogEvent? entry = directive switch
        {
            Directive.Resume => new Warning(null, child.Path.ToString(), GetType(), told.Message),
            Directive.Escalate => null,
            _ => new Error(cause, child.Path.ToString(), GetType(), told.Message),
        };
        if (entry is not null)
        {
            try
            {
                context.System.EventStream.Publish(entry);
            }
            catch (Exception)
            {
                // A log line that cannot be written must not change what becomes of the child.
            }
        }
    }

    private protected static int Milliseconds(TimeSpan? range) => range is { } r && r != Timeout.InfiniteTimeSpan ? (int)Math.Clamp(r.TotalMilliseconds, 0, int.MaxValue) : -1;
}
