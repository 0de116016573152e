using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Routing;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>Knows who is subscribed and registered on which node, and passes messages on to them; one on each node, or on each with a role.</summary>
/// <remarks>
/// Subscribers are kept here, on their own node; the other mediators know only that there are some. What is published goes from the mediator it was given to straight to
/// the mediators of the nodes with subscribers, so that messages from one sender to one subscriber keep their order. A message is delivered at most once.
/// </remarks>
public partial class DistributedPubSubMediator : ReceiveActor, IWithTimers
{
    private readonly DistributedPubSubSettings _settings;
    private readonly RoutingLogic _logic;
    private readonly Cluster _cluster;
    private readonly RegistryOfReceivers _registry;
    private readonly Random _random;
    private readonly Dictionary<RegistryKey, LocalSubscribers> _subscribers = [];

    // What each local actor is registered for; watched as long as there is something.
    private readonly Dictionary<IActorRef, SortedSet<RegistryKey>> _watched = [];
    private readonly Dictionary<UniqueAddress, IActorRef> _mediators = [];
    private readonly long _startedAt;

    /// <summary>Makes the mediator; use <see cref="Props"/> instead.</summary>
    /// <exception cref="ArgumentException">This node does not have the role.</exception>
    public DistributedPubSubMediator(DistributedPubSubSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        _cluster = Cluster.Get(Context.System);
        if (settings.Role is { } role && !_cluster.SelfRoles.Contains(role))
        {
            throw new ArgumentException($"This cluster member [{_cluster.SelfAddress}] doesn't have the role [{role}]", nameof(settings));
        }

        _random = _cluster.Runtime.NewRandom($"pub-sub/{_cluster.SelfAddress}");
        _logic = settings.RoutingLogic is RandomLogic ? new RandomLogic(_cluster.Runtime.NewRandom($"pub-sub-routing/{_cluster.SelfAddress}")) : settings.RoutingLogic;
        _registry = new RegistryOfReceivers(_cluster.SelfUniqueAddress);
        _startedAt = _cluster.Runtime.Time.GetTimestamp();

        Receive<Publish>(OnPublish);
        Receive<Send>(OnSend);
        Receive<SendToAll>(OnSendToAll);
        Receive<DeliverToTopic>(m => Deliver(RegistryKey.OfTopic(m.Topic, null), m.Message));
        Receive<DeliverToGroup>(m => DeliverToOne(RegistryKey.OfTopic(m.Topic, m.Group), m.Message));
        Receive<Subscribe>(OnSubscribe);
        Receive<Unsubscribe>(OnUnsubscribe);
        Receive<Put>(OnPut);
        Receive<Remove>(m => Forget(RegistryKey.OfPath(m.Path)));
        Receive<GetTopics>(_ => Sender.Tell(new CurrentTopics(_registry.Receivers.Topics.ToImmutableSortedSet(StringComparer.Ordinal))));
        Receive<GetVersions>(_ => TellStatus(Sender, isReply: true));
        Receive<Terminated>(m => Ended(m.ActorRef));
        Receive<RegistryStatus>(OnStatus);
        Receive<RegistryDelta>(OnDelta);
        Receive<MediatorTick>(OnTick);
        Receive<ClusterEvent.CurrentClusterState>(_ => Observe());
        Receive<ClusterEvent.IMemberEvent>(_ => Observe());
    }

    /// <inheritdoc/>
    ITimerScheduler IWithTimers.Timers { get; set; } = null!;

    /// <summary>The log.</summary>
    public ILoggingAdapter Log { get; } = Context.GetLogger();

    /// <summary>The versions of the registrations of each node, as far as they are known here.</summary>
    public IImmutableDictionary<Address, long> OwnVersions => _registry.Versions.ToImmutableDictionary(v => v.Key.Address, v => v.Value);

    private ITimerScheduler Timers => ((IWithTimers)this).Timers;

    private TimeSpan Now => _cluster.Runtime.Time.GetElapsedTime(_startedAt);

    /// <summary>A mediator.</summary>
    public static Props Props(DistributedPubSubSettings settings) =>
        Actor.Props.Create(() => new DistributedPubSubMediator(settings)).WithDeploy(Deploy.Local);

    /// <inheritdoc/>
    protected override void PreStart()
    {
        base.PreStart();
        if (_cluster.IsTerminated)
        {
            throw new InvalidOperationException("The mediator cannot start: this node's part of the cluster has been shut down; start a new actor system.");
        }

        _cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent));
        Timers.StartPeriodicTimer(MediatorTick.Gossip, MediatorTick.Gossip, _settings.GossipInterval);
        Timers.StartPeriodicTimer(MediatorTick.Prune, MediatorTick.Prune, _settings.RemovedTimeToLive / 2);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        base.PostStop();
        _cluster.Unsubscribe(Self);
    }

    private void OnSubscribe(Subscribe message)
    {
        var key = RegistryKey.OfTopic(message.Topic, message.Group);
        if (!_subscribers.TryGetValue(key, out var subscribers))
        {
            _subscribers[key] = subscribers = new LocalSubscribers(NewLogic());
        }

        subscribers.Add(message.Ref);
        Watch(message.Ref, key);
        Register(key, ActorRefs.Nobody);
        Sender.Tell(new SubscribeAck(message));
    }

    private void OnUnsubscribe(Unsubscribe message)
    {
        var key = RegistryKey.OfTopic(message.Topic, message.Group);
        RemoveSubscriber(key, message.Ref);
        Unwatch(message.Ref, key);
        Sender.Tell(new UnsubscribeAck(message));
    }

    private void OnPut(Put message)
    {
        if (message.Ref.Path.Address.HasGlobalScope)
        {
            Log.Warning("Registered actor must be local: [{0}]", message.Ref);
            return;
        }

        var key = RegistryKey.OfPath(message.Ref.Path.ToStringWithoutAddress());
        Forget(key, unless: message.Ref);
        Watch(message.Ref, key);
        Register(key, message.Ref);
    }

    private void Forget(RegistryKey key, IActorRef? unless = null)
    {
        if (_registry.Own(key) is { } before && !before.Equals(unless))
        {
            Unwatch(before, key);
            Register(key, null);
        }
    }

    private void RemoveSubscriber(RegistryKey key, IActorRef subscriber)
    {
        if (_subscribers.TryGetValue(key, out var subscribers))
        {
            subscribers.Remove(subscriber);
            if (subscribers.IsEmpty)
            {
                _subscribers.Remove(key);
                Register(key, null);
            }
        }
    }

    private void Ended(IActorRef actor)
    {
        if (!_watched.Remove(actor, out var keys))
        {
            return;
        }

        foreach (var key in keys)
        {
            if (key.Kind != RegistryKind.Path)
            {
                RemoveSubscriber(key, actor);
            }
            else if (actor.Equals(_registry.Own(key)))
            {
                Register(key, null);
            }
        }
    }

    private void Watch(IActorRef actor, RegistryKey key)
    {
        if (!_watched.TryGetValue(actor, out var keys))
        {
            _watched[actor] = keys = [];
            Context.Watch(actor);
        }

        keys.Add(key);
    }

    private void Unwatch(IActorRef actor, RegistryKey key)
    {
        if (_watched.TryGetValue(actor, out var keys) && keys.Remove(key) && keys.Count == 0)
        {
            _watched.Remove(actor);
            Context.Unwatch(actor);
        }
    }

    private IActorRef MediatorOn(UniqueAddress node)
    {
        if (!_mediators.TryGetValue(node, out var mediator))
        {
            _mediators[node] = mediator = node.Equals(_cluster.SelfUniqueAddress)
                ? Self
                : _cluster.System.Provider.ResolveActorRef(new RootActorPath(node.Address) / Self.Path.Elements);
        }

        return mediator;
    }
}
