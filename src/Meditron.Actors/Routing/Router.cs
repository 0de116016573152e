using Meditron.Actors.Actor;

namespace Meditron.Actors.Routing;

/// <summary>Chooses a routee for each message.</summary>
public abstract class RoutingLogic : INoSerializationVerificationNeeded
{
    /// <summary>Creates the logic.</summary>
    protected RoutingLogic()
    {
    }

    /// <summary>The routee for a message: one of those given, several in one, or <see cref="Routee.NoRoutee"/>.</summary>
    public abstract Routee Select(object message, Routee[] routees);
}

/// <summary>Routees and a logic that chooses among them; never changes, adding and removing make another.</summary>
public class Router
{
    private readonly Routee[] _routees;

    /// <summary>Creates a router of actors.</summary>
    public Router(RoutingLogic logic, IActorRef routee, params IActorRef[] routees)
        : this(logic, [.. (routees ?? []).Prepend(routee).Select(Routee.FromActorRef)])
    {
    }

    /// <summary>Creates a router of routees.</summary>
    public Router(RoutingLogic logic, params Routee[] routees)
    {
        RoutingLogic = logic;
        _routees = routees;
    }

    /// <summary>The routees.</summary>
    public IEnumerable<Routee> Routees => _routees;

    /// <summary>What chooses among the routees.</summary>
    public RoutingLogic RoutingLogic { get; }

    /// <summary>Where messages go for which there is no routee.</summary>
    internal IActorRef? DeadLetters { get; init; }

    /// <summary>Sends a message to the routee that the logic chooses, or to all if it is a <see cref="Broadcast"/>.</summary>
    public virtual void Route(object message, IActorRef? sender)
    {
        if (message is Broadcast)
        {
            new SeveralRoutees(_routees).Send(UnWrap(message), sender);
        }
        else
        {
            Send(RoutingLogic.Select(message, _routees), message, sender);
        }
    }

    /// <summary>A router with other routees.</summary>
    public virtual Router WithRoutees(params Routee[] routees) => new(RoutingLogic, routees) { DeadLetters = DeadLetters };

    /// <summary>A router with one more routee.</summary>
    public virtual Router AddRoutee(Routee routee) => WithRoutees([.. _routees, routee]);

    /// <summary>A router with one more routee.</summary>
    public Router AddRoutee(IActorRef routee) => AddRoutee(new ActorRefRoutee(routee));

    /// <summary>A router with one more routee.</summary>
    public Router AddRoutee(ActorSelection routee) => AddRoutee(new ActorSelectionRoutee(routee));

    /// <summary>A router without a routee.</summary>
    public virtual Router RemoveRoutee(Routee routee) => WithRoutees([.. _routees.Where(r => !r.Equals(routee))]);

    /// <summary>A router without a routee.</summary>
    public Router RemoveRoutee(IActorRef routee) => RemoveRoutee(new ActorRefRoutee(routee));

    /// <summary>A router without a routee.</summary>
    public Router RemoveRoutee(ActorSelection routee) => RemoveRoutee(new ActorSelectionRoutee(routee));

    /// <summary>Sends a message to a routee.</summary>
    protected virtual void Send(Routee routee, object message, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(routee);
        if (ReferenceEquals(routee, Routee.NoRoutee))
        {
            (DeadLetters ?? (sender as IInternalActorRef)?.Provider.DeadLetters)?.Tell(UnWrap(message), sender);
        }
        else
        {
            routee.Send(UnWrap(message), sender);
        }
    }

    /// <summary>The message out of its envelope.</summary>
    protected object UnWrap(object message) => message is RouterEnvelope envelope ? envelope.Message : message;
}
