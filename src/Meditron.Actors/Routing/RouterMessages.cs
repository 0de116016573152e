using Meditron.Actors.Actor;

namespace Meditron.Actors.Routing;

/// <summary>A message in an envelope for the router, which the routees do not see.</summary>
public class RouterEnvelope
{
    /// <summary>Puts a message into an envelope.</summary>
    public RouterEnvelope(object message)
    {
        Message = message;
    }

    /// <summary>The message.</summary>
    public object Message { get; }
}

/// <summary>A message for all routees, whatever the routing logic.</summary>
public class Broadcast : RouterEnvelope
{
    /// <summary>Puts a message into an envelope.</summary>
    public Broadcast(object message)
        : base(message)
    {
    }
}

/// <summary>A message for the router's own actor.</summary>
public abstract class RouterManagementMessage
{
    /// <summary>Creates the message.</summary>
    protected RouterManagementMessage()
    {
    }
}

/// <summary>Asks for the routees; answered with <see cref="Routees"/>.</summary>
public sealed class GetRoutees : RouterManagementMessage
{
    /// <summary>Creates the message.</summary>
    public GetRoutees()
    {
    }

    /// <summary>The one instance.</summary>
    public static GetRoutees Instance { get; } = new();
}

/// <summary>The routees of a router at one moment.</summary>
public sealed class Routees
{
    /// <summary>Creates the answer.</summary>
    public Routees(IEnumerable<Routee> routees)
    {
        Members = routees;
    }

    /// <summary>The routees.</summary>
    public IEnumerable<Routee> Members { get; }
}

/// <summary>Adds a routee.</summary>
public sealed class AddRoutee : RouterManagementMessage
{
    /// <summary>Creates the message.</summary>
    public AddRoutee(Routee routee)
    {
        Routee = routee;
    }

    /// <summary>The routee.</summary>
    public Routee Routee { get; }
}

/// <summary>Removes a routee; a pool stops the actor behind it.</summary>
public sealed class RemoveRoutee : RouterManagementMessage
{
    /// <summary>Creates the message.</summary>
    public RemoveRoutee(Routee routee)
    {
        Routee = routee;
    }

    /// <summary>The routee.</summary>
    public Routee Routee { get; }
}

/// <summary>Adds routees to a pool, or removes some.</summary>
public sealed class AdjustPoolSize : RouterManagementMessage
{
    /// <summary>Creates the message with how many to add; below zero to remove.</summary>
    public AdjustPoolSize(int change)
    {
        Change = change;
    }

    /// <summary>How many to add; below zero to remove.</summary>
    public int Change { get; }
}

/// <summary>Time to ask a pool's resizer.</summary>
public class Resize : RouterManagementMessage
{
    /// <summary>Creates the message.</summary>
    public Resize()
    {
    }
}

/// <summary>Tells the router's actor to watch the routees that the router started with: only the actor itself may.</summary>
internal sealed class WatchRoutees : RouterManagementMessage, INoSerializationVerificationNeeded, Event.IDeadLetterSuppression
{
    internal static readonly WatchRoutees Instance = new();
}
