using System.Diagnostics.CodeAnalysis;

namespace Meditron.Actors.Actor;

/// <summary>Handles a message; false means that it did not.</summary>
public delegate bool Receive(object message);

/// <summary>Handles every message.</summary>
public delegate void UntypedReceive(object message);

/// <summary>The base of all actors: one message at a time, with hooks around its life.</summary>
public abstract class ActorBase
{
    private readonly ActorCell _cell;
    private SupervisorStrategy? _strategy;

    /// <summary>Made by the engine alone, from <see cref="Props"/>.</summary>
    /// <exception cref="ActorInitializationException">It was made with <c>new</c> outside of Props.</exception>
    protected ActorBase() => _cell = ActorCell.Current ?? throw new ActorInitializationException(
        $"Cannot create {GetType().Name} with new: an actor is created from Props, by ActorOf of a system or of another actor's context.");

    /// <summary>The context of the actor that runs on this thread.</summary>
    /// <exception cref="NotSupportedException">No actor runs on this thread.</exception>
    protected static IActorContext Context => ActorCell.Current ?? throw new NotSupportedException(
        "There is no active ActorContext: this is most likely due to use of async operations from within this actor. Read what is needed from Context before the first await outside of an asynchronous handler.");

    /// <summary>A behaviour that handles nothing.</summary>
    protected static Receive EmptyReceive { get; } = static _ => false;

    /// <summary>This actor's own reference.</summary>
    protected IActorRef Self => _cell.Self;

    /// <summary>The sender of the message being processed; the dead letters where there is none.</summary>
    protected IActorRef Sender => _cell.Sender;

    /// <summary>Handles a message; false gives it to <see cref="Unhandled"/>.</summary>
    protected abstract bool Receive(object message);

    /// <summary>Called around each message's handling.</summary>
    protected internal virtual bool AroundReceive(Receive receive, object message) => receive(message);

    /// <summary>Called with each message no behaviour handled: a <see cref="Terminated"/> is a death pact, others are published as unhandled.</summary>
    /// <exception cref="DeathPactException">A watched actor stopped, and this one did not handle it.</exception>
    protected virtual void Unhandled(object message)
    {
        if (message is Terminated terminated)
        {
            throw new DeathPactException(terminated.ActorRef);
        }

        _cell.System.EventStream.Publish(new Event.UnhandledMessage(message, Sender, Self));
    }

    /// <summary>Replaces the behaviour, and forgets those stacked.</summary>
    protected void Become(Receive receive) => _cell.Become(receive);

    /// <summary>Replaces the behaviour, keeping the present one for <see cref="UnbecomeStacked"/>.</summary>
    protected void BecomeStacked(Receive receive) => _cell.BecomeStacked(receive);

    /// <summary>Goes back to the behaviour before.</summary>
    protected void UnbecomeStacked() => _cell.UnbecomeStacked();

    /// <summary>Sets the time without messages after which <see cref="ReceiveTimeout"/> arrives; null for none.</summary>
    protected void SetReceiveTimeout(TimeSpan? timeout) => _cell.SetReceiveTimeout(timeout);

    /// <summary>What becomes of failed children.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy() => Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>Called before the first message, and by <see cref="PostRestart"/>.</summary>
    protected virtual void PreStart()
    {
    }

    /// <summary>Called after the last message, and by <see cref="PreRestart"/>.</summary>
    protected virtual void PostStop()
    {
    }

    /// <summary>Called on the failed instance: unwatches and stops all children, then calls <see cref="PostStop"/>.</summary>
    [SuppressMessage("Naming", "CA1716", Justification = "The parameter's name is the API's.")]
    protected virtual void PreRestart(Exception reason, object message)
    {
        foreach (var child in _cell.Children())
        {
            _cell.Unwatch(child);
            _cell.Stop(child);
        }

        PostStop();
    }

    /// <summary>Called on the new instance: calls <see cref="PreStart"/>.</summary>
    protected virtual void PostRestart(Exception reason) => PreStart();

    /// <summary>Called around <see cref="PreStart"/>.</summary>
    public virtual void AroundPreStart() => PreStart();

    /// <summary>Called around <see cref="PostStop"/>.</summary>
    public virtual void AroundPostStop() => PostStop();

    /// <summary>Called around <see cref="PreRestart"/>.</summary>
    public virtual void AroundPreRestart(Exception cause, object message) => PreRestart(cause, message);

    /// <summary>Called around <see cref="PostRestart"/>.</summary>
    public virtual void AroundPostRestart(Exception cause, object message) => PostRestart(cause);

    /// <summary>Called once the constructor has run.</summary>
    internal virtual void Constructed()
    {
    }

    internal virtual Receive InitialBehavior() => Receive;

    internal ActorCell Cell => _cell;

    internal void UnhandledFromCell(object message) => Unhandled(message);

    internal void UseStrategy(SupervisorStrategy? strategy) => _strategy = strategy;

    internal SupervisorStrategy StrategyFromCell() => _strategy ??= SupervisorStrategy();
}
