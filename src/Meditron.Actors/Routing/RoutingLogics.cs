using Meditron.Actors.Actor;

namespace Meditron.Actors.Routing;

/// <summary>One routee after the other.</summary>
public sealed class RoundRobinRoutingLogic : RoutingLogic
{
    private int _next;

    /// <summary>Starts with the first routee.</summary>
    public RoundRobinRoutingLogic()
        : this(-1)
    {
    }

    /// <summary>Starts after the routee with an index.</summary>
    public RoundRobinRoutingLogic(int next)
    {
        _next = next;
    }

    /// <inheritdoc/>
    public override Routee Select(object message, Routee[] routees) => routees is { Length: > 0 }
        ? routees[(Interlocked.Increment(ref _next) & int.MaxValue) % routees.Length]
        : Routee.NoRoutee;
}

/// <summary>All routees.</summary>
public sealed class BroadcastRoutingLogic : RoutingLogic
{
    /// <summary>Creates the logic.</summary>
    public BroadcastRoutingLogic()
    {
    }

    /// <inheritdoc/>
    public override Routee Select(object message, Routee[] routees) => routees is { Length: > 0 } ? new SeveralRoutees(routees) : Routee.NoRoutee;
}

/// <summary>Any routee.</summary>
public sealed class RandomLogic : RoutingLogic
{
    private readonly Random _random;

    /// <summary>Creates the logic with a generator of a fixed seed; routers of an actor system have one of the system's.</summary>
    public RandomLogic()
        : this(new Random(0))
    {
    }

    internal RandomLogic(Random random)
    {
        _random = random;
    }

    /// <inheritdoc/>
    public override Routee Select(object message, Routee[] routees)
    {
        if (routees is not { Length: > 0 })
        {
            return Routee.NoRoutee;
        }

        lock (_random)
        {
            return routees[_random.Next(routees.Length)];
        }
    }
}

/// <summary>The routee with the fewest messages waiting; one after the other among equals. Routees elsewhere come last, as theirs cannot be counted.</summary>
public sealed class SmallestMailboxRoutingLogic : RoutingLogic
{
    private int _next;

    /// <summary>Starts with the first routee.</summary>
    public SmallestMailboxRoutingLogic()
        : this(-1)
    {
    }

    /// <summary>Starts after the routee with an index.</summary>
    public SmallestMailboxRoutingLogic(int next)
    {
        _next = next;
    }

    /// <inheritdoc/>
    public override Routee Select(object message, Routee[] routees)
    {
        if (routees is not { Length: > 0 })
        {
            return Routee.NoRoutee;
        }

        int start = (Interlocked.Increment(ref _next) & int.MaxValue) % routees.Length;
        Routee best = routees[start];
        int fewest = int.MaxValue;
        for (int i = 0; i < routees.Length && fewest > 0; i++)
        {
            Routee routee = routees[(start + i) % routees.Length];
            int waiting = RouteeLoad.Waiting(routee) ?? int.MaxValue;
            if (waiting < fewest)
            {
                (best, fewest) = (routee, waiting);
            }
        }

        return best;
    }
}

/// <summary>How busy a routee is.</summary>
internal static class RouteeLoad
{
    /// <summary>The messages that wait for a local actor, with the one it works on; nothing is known of others, and of those that have stopped.</summary>
    internal static int? Waiting(Routee routee)
    {
        if (routee is not ActorRefRoutee { Actor: LocalActorRef { IsTerminated: false } local })
        {
            return null;
        }

        return local.Cell.Mailbox.Count + (local.Cell.CurrentMessage is null ? 0 : 1);
    }
}
