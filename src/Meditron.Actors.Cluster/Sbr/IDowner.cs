using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.SBR;

/// <summary>What the resolver needs of its cluster.</summary>
internal interface IDowner
{
    /// <summary>This node.</summary>
    UniqueAddress Self { get; }

    /// <summary>Has a <see cref="MembershipChanged"/> sent for the present membership and after each change.</summary>
    void Follow(IActorRef follower);

    /// <summary>Has a <see cref="Remote.ThisActorSystemQuarantinedEvent"/> sent when another system will not talk with this one any more.</summary>
    void FollowQuarantines(IActorRef follower);

    /// <summary>Declares members dead, all at once.</summary>
    void Down(ImmutableSortedSet<UniqueAddress> nodes);
}
