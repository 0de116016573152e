using Meditron.Actors.Actor;

namespace Meditron.Actors.Routing;

/// <summary>Where a router can send messages.</summary>
public class Routee
{
    /// <summary>No routee: what is sent to it is lost.</summary>
    public static readonly Routee NoRoutee = new();

    /// <summary>Creates a routee that loses what is sent to it.</summary>
    public Routee()
    {
    }

    /// <summary>The routee that is an actor.</summary>
    public static Routee FromActorRef(IActorRef actorRef) => new ActorRefRoutee(actorRef);

    /// <summary>Sends a message.</summary>
    public virtual void Send(object message, IActorRef? sender)
    {
    }

    /// <summary>Sends a message and waits for the answer.</summary>
    public virtual Task<object> Ask(object message, TimeSpan? timeout) =>
        Task.FromException<object>(new NotSupportedException($"{GetType().Name} cannot be asked."));
}

/// <summary>A routee that is an actor.</summary>
public class ActorRefRoutee : Routee
{
    /// <summary>Creates the routee.</summary>
    public ActorRefRoutee(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        Actor = actor;
    }

    /// <summary>The actor.</summary>
    public IActorRef Actor { get; }

    /// <inheritdoc/>
    public override void Send(object message, IActorRef? sender) => Actor.Tell(message, sender);

    /// <inheritdoc/>
    public override Task<object> Ask(object message, TimeSpan? timeout) => Actor.Ask<object>(message, timeout);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ActorRefRoutee other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Actor.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Actor.Path.ToStringWithoutAddress();

    /// <summary>Whether both are the same actor.</summary>
    protected bool Equals(ActorRefRoutee other) => other is not null && Actor.Equals(other.Actor);
}

/// <summary>A routee that is an actor selection.</summary>
public class ActorSelectionRoutee : Routee
{
    /// <summary>Creates the routee.</summary>
    public ActorSelectionRoutee(ActorSelection actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        Selection = actor;
    }

    /// <summary>The selection.</summary>
    public ActorSelection Selection { get; }

    /// <inheritdoc/>
    public override void Send(object message, IActorRef? sender) => Selection.Tell(message, sender!);

    /// <inheritdoc/>
    public override Task<object> Ask(object message, TimeSpan? timeout) => Selection.Ask<object>(message, timeout);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ActorSelectionRoutee other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Selection.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => Selection.PathString;

    /// <summary>Whether both are the same selection.</summary>
    protected bool Equals(ActorSelectionRoutee other) => other is not null && Selection.Equals(other.Selection);
}

/// <summary>Several routees, all of which get each message.</summary>
internal sealed class SeveralRoutees(Routee[] routees) : Routee
{
    public override void Send(object message, IActorRef? sender)
    {
        foreach (Routee routee in routees)
        {
            routee.Send(message, sender);
        }
    }
}
