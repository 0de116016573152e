using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Util;

namespace Meditron.Actors.Cluster;

/// <summary>Asks a node whether it is a member that can be joined; carries the settings that must agree.</summary>
internal sealed record InitJoin(JoinConfiguration Configuration) : IClusterMessage;

/// <summary>A member can be joined; not empty differences say that the settings do not agree.</summary>
internal sealed record InitJoinAck(Address Address, ImmutableList<ConfigurationDifference> Differences) : IClusterMessage;

/// <summary>The node is no member, or is about to leave.</summary>
internal sealed record InitJoinNack(Address Address) : IClusterMessage;

/// <summary>Asks a member to take this node in.</summary>
internal sealed record Join(UniqueAddress Node, ImmutableHashSet<string> Roles, AppVersion AppVersion, JoinConfiguration Configuration) : IClusterMessage;

/// <summary>The node is not taken in, because its settings do not agree with the cluster's.</summary>
internal sealed record JoinRefused(Address Address, ImmutableList<ConfigurationDifference> Differences) : IClusterMessage;

/// <summary>The node is taken in; this is the state of the cluster.</summary>
internal sealed record Welcome(UniqueAddress From, Gossip Gossip) : IClusterMessage;

/// <summary>The state of the cluster as the sender knows it.</summary>
internal sealed record GossipEnvelope(UniqueAddress From, UniqueAddress To, Gossip Gossip) : IClusterMessage
{
    /// <summary>When it arrived, as a timestamp of the runtime's clock; 0 if it did not come over the wire.</summary>
    public long ArrivedAt { get; init; }
}

/// <summary>The version of the state that the sender has, and who has seen it.</summary>
internal sealed record GossipStatus(UniqueAddress From, VectorClock Version, ImmutableSortedSet<UniqueAddress> Seen) : IClusterMessage;

/// <summary>Says that the sender lives.</summary>
internal sealed record Heartbeat(Address From, long SequenceNr, long CreationTime) : IClusterMessage;

/// <summary>Says that the receiver of a heartbeat lives.</summary>
internal sealed record HeartbeatResponse(UniqueAddress From, long SequenceNr, long CreationTime) : IClusterMessage;

/// <summary>An exiting member is done with its work and can be removed.</summary>
internal sealed record ExitingConfirmed(UniqueAddress Node) : IClusterMessage;
