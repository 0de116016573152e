using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>For the core daemon, from within the node.</summary>
internal interface ICoreCommand : INoSerializationVerificationNeeded;

/// <summary>For the event publisher, from within the node.</summary>
internal interface ISubscriptionCommand : INoSerializationVerificationNeeded;

/// <summary>Join through this member.</summary>
internal sealed record JoinTo(Address Address) : ICoreCommand;

/// <summary>Join through whichever of these nodes answers.</summary>
internal sealed record JoinSeedNodes(ImmutableList<Address> SeedNodes) : ICoreCommand;

/// <summary>Mark the member at an address as leaving.</summary>
internal sealed record LeaveMember(Address Address) : ICoreCommand;

/// <summary>Mark the member at an address as down.</summary>
internal sealed record DownMember(Address Address) : ICoreCommand;

/// <summary>Mark these incarnations as down, all at once.</summary>
internal sealed record DownMembers(ImmutableSortedSet<UniqueAddress> Nodes) : ICoreCommand;

/// <summary>Start the actor that decides about unreachable members, now that the cluster can be used.</summary>
internal sealed record StartDowning : ICoreCommand
{
    public static readonly StartDowning Instance = new();
}

/// <summary>A phase of the coordinated shutdown has run: this node is done with exiting.</summary>
internal sealed record ExitingCompleted : ICoreCommand
{
    public static readonly ExitingCompleted Instance = new();
}

/// <summary>This node is Down, and what it had to do before its end is done.</summary>
internal sealed record DownedTasksEnded : ICoreCommand
{
    public static readonly DownedTasksEnded Instance = new();
}

/// <summary>A lost member answers heartbeats again.</summary>
internal sealed record HeardFromAgain(UniqueAddress Node) : ICoreCommand;

/// <summary>The heartbeat sender should say when this lost member answers again.</summary>
internal sealed record WatchForReturn(UniqueAddress Node) : INoSerializationVerificationNeeded;

/// <summary>Another seed node looks for a cluster itself, so it is in none.</summary>
internal sealed record SeedIsSearching(Address Address) : INoSerializationVerificationNeeded;

/// <summary>The state to publish the difference to.</summary>
internal sealed record PublishState(MembershipState State) : INoSerializationVerificationNeeded;

/// <summary>Start to send events to a subscriber.</summary>
internal sealed record SubscribeTo(IActorRef Subscriber, ClusterEvent.SubscriptionInitialStateMode Mode, ImmutableList<Type> Types) : ISubscriptionCommand;

/// <summary>Stop sending events of a type, or all, to a subscriber.</summary>
internal sealed record UnsubscribeFrom(IActorRef Subscriber, Type? Type) : ISubscriptionCommand;

/// <summary>Send a <see cref="MembershipChanged"/> for the present membership and after each change.</summary>
internal sealed record FollowMembership(IActorRef Follower) : ISubscriptionCommand;

/// <summary>The membership as this node has it now.</summary>
internal sealed record MembershipChanged(MembershipState State) : INoSerializationVerificationNeeded;

/// <summary>Send the present state once.</summary>
internal sealed record SendState(IActorRef Receiver) : ISubscriptionCommand;

/// <summary>Call back when this node is Up.</summary>
internal sealed record AddUpCallback(Action Callback) : INoSerializationVerificationNeeded;

/// <summary>Call back when this node is removed.</summary>
internal sealed record AddRemovedCallback(Action Callback) : INoSerializationVerificationNeeded;

/// <summary>The signals of the core daemon's timers.</summary>
internal enum CoreTick
{
    Gossip,
    LeaderActions,
    ReapUnreachable,
    DownedLongEnough,
    RetryJoin,
    GiveUpJoining,
    GossipOwed,
}
