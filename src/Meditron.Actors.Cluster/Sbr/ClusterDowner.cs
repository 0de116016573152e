using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Remote;

namespace Meditron.Actors.Cluster.SBR;

/// <summary>Connects a resolver with the cluster of its system.</summary>
internal sealed class ClusterDowner(Cluster cluster) : IDowner
{
    public UniqueAddress Self => cluster.SelfUniqueAddress;

    public void Follow(IActorRef follower) => cluster.FollowMembership(follower);

    public void FollowQuarantines(IActorRef follower) => cluster.System.EventStream.Subscribe(follower, typeof(ThisActorSystemQuarantinedEvent));

    public void Down(ImmutableSortedSet<UniqueAddress> nodes) => cluster.Down(nodes);
}
