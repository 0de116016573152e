using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Routing;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>On which members mediators run, how they choose among receivers, and how they tell each other of them.</summary>
public sealed class DistributedPubSubSettings : INoSerializationVerificationNeeded
{
    private const string Section = "akka.cluster.pub-sub";

    /// <summary>Makes the settings.</summary>
    /// <exception cref="ArgumentException">A value is out of range, or the logic is that of consistent hashing, which has no use here.</exception>
    public DistributedPubSubSettings(
        string? role, RoutingLogic routingLogic, TimeSpan gossipInterval, TimeSpan removedTimeToLive, int maxDeltaElements, bool sendToDeadLettersWhenNoSubscribers)
    {
        ArgumentNullException.ThrowIfNull(routingLogic);
        if (routingLogic is ConsistentHashingRoutingLogic)
        {
            throw new ArgumentException("The mediator cannot choose by consistent hashing: random, round-robin or broadcast is expected.", nameof(routingLogic));
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(gossipInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(removedTimeToLive, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDeltaElements, 1);
        Role = string.IsNullOrEmpty(role) ? null : role;
        RoutingLogic = routingLogic;
        GossipInterval = gossipInterval;
        RemovedTimeToLive = removedTimeToLive;
        MaxDeltaElements = maxDeltaElements;
        SendToDeadLettersWhenNoSubscribers = sendToDeadLettersWhenNoSubscribers;
    }

    /// <summary>The role of the members on which mediators run; null for all.</summary>
    public string? Role { get; }

    /// <summary>Chooses the one that gets a <see cref="Send"/>, or a message for one of a group.</summary>
    public RoutingLogic RoutingLogic { get; }

    /// <summary>How often a mediator compares what it knows with another one.</summary>
    public TimeSpan GossipInterval { get; }

    /// <summary>How long it is remembered that a registration was taken back.</summary>
    public TimeSpan RemovedTimeToLive { get; }

    /// <summary>How many registrations are told in one message at most.</summary>
    public int MaxDeltaElements { get; }

    /// <summary>Whether a message that has no receiver goes to the dead letters.</summary>
    public bool SendToDeadLettersWhenNoSubscribers { get; }

    /// <summary>Reads akka.cluster.pub-sub.</summary>
    /// <exception cref="ConfigurationException">A value is out of range.</exception>
    public static DistributedPubSubSettings Create(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return Create(system.Settings.Config.GetConfig(Section)
            ?? throw new ConfigurationException($"{Section} is missing: set akka.actor.provider = cluster, or load the cluster's reference.conf as fallback."));
    }

    /// <summary>Reads a section with the keys of akka.cluster.pub-sub.</summary>
    /// <exception cref="ConfigurationException">A value is out of range.</exception>
    public static DistributedPubSubSettings Create(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var reader = new ClusterConfigReader(config, Section + ".", "");
        return new DistributedPubSubSettings(
            reader.Text("role"),
            Logic(reader.Text("routing-logic")),
            reader.Positive("gossip-interval"),
            reader.Positive("removed-time-to-live"),
            reader.AtLeast("max-delta-elements", 1),
            reader.Flag("send-to-dead-letters-when-no-subscribers"));
    }

    /// <summary>The same settings with another role.</summary>
    public DistributedPubSubSettings WithRole(string? role) =>
        new(role, RoutingLogic, GossipInterval, RemovedTimeToLive, MaxDeltaElements, SendToDeadLettersWhenNoSubscribers);

    /// <summary>The same settings with another way to choose.</summary>
    public DistributedPubSubSettings WithRoutingLogic(RoutingLogic routingLogic) =>
        new(Role, routingLogic, GossipInterval, RemovedTimeToLive, MaxDeltaElements, SendToDeadLettersWhenNoSubscribers);

    /// <summary>The same settings with another interval.</summary>
    public DistributedPubSubSettings WithGossipInterval(TimeSpan gossipInterval) =>
        new(Role, RoutingLogic, gossipInterval, RemovedTimeToLive, MaxDeltaElements, SendToDeadLettersWhenNoSubscribers);

    /// <summary>The same settings with another memory of what was taken back.</summary>
    public DistributedPubSubSettings WithRemovedTimeToLive(TimeSpan removedTtl) =>
        new(Role, RoutingLogic, GossipInterval, removedTtl, MaxDeltaElements, SendToDeadLettersWhenNoSubscribers);

    /// <summary>The same settings with another size of messages.</summary>
    public DistributedPubSubSettings WithMaxDeltaElements(int maxDeltaElements) =>
        new(Role, RoutingLogic, GossipInterval, RemovedTimeToLive, maxDeltaElements, SendToDeadLettersWhenNoSubscribers);

    /// <summary>The same settings with another use of the dead letters.</summary>
    public DistributedPubSubSettings WithSendToDeadLettersWhenNoSubscribers(bool sendToDeadLetterWhenNoSubscribers) =>
        new(Role, RoutingLogic, GossipInterval, RemovedTimeToLive, MaxDeltaElements, sendToDeadLetterWhenNoSubscribers);

    private static RoutingLogic Logic(string name) => name switch
    {
        "random" => new RandomLogic(),
        "round-robin" => new RoundRobinRoutingLogic(),
        "broadcast" => new BroadcastRoutingLogic(),
        _ => throw new ConfigurationException($"{Section}.routing-logic is \"{name}\"; allowed is random, round-robin or broadcast."),
    };
}
