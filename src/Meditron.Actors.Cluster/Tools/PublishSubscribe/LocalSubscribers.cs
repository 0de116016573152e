using Meditron.Actors.Actor;
using Meditron.Actors.Routing;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>The subscribers of a topic, or of one of its groups, on this node, in the order of their subscription.</summary>
internal sealed class LocalSubscribers(RoutingLogic logic)
{
    private readonly OrderedDictionary<IActorRef, ActorRefRoutee> _subscribers = [];
    private Routee[]? _routees;

    public bool IsEmpty => _subscribers.Count == 0;

    /// <summary>Chooses one of them.</summary>
    public RoutingLogic Logic { get; } = logic;

    public Routee[] Routees => _routees ??= [.. _subscribers.Values];

    public void Add(IActorRef subscriber)
    {
        if (_subscribers.TryAdd(subscriber, new ActorRefRoutee(subscriber)))
        {
            _routees = null;
        }
    }

    public void Remove(IActorRef subscriber)
    {
        if (_subscribers.Remove(subscriber))
        {
            _routees = null;
        }
    }
}
