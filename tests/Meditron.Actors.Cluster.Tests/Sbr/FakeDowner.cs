using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.SBR;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>Stands for the cluster of a node: keeps whom a resolver downs.</summary>
internal sealed class FakeDowner(int self) : IDowner
{
    public List<int[]> Downed { get; } = [];

    public UniqueAddress Self { get; } = Node(self);

    public bool IsFollowed { get; private set; }

    public void Follow(IActorRef follower) => IsFollowed = true;

    public void FollowQuarantines(IActorRef follower)
    {
        // Tests send the event themselves.
    }

    public void Down(ImmutableSortedSet<UniqueAddress> nodes) => Downed.Add([.. nodes.Select(n => n.Uid - 1)]);

    /// <summary>Whom the only call so far downed; forgets it.</summary>
    public int[] TakeDowned()
    {
        var downed = Assert.Single(Downed);
        Downed.Clear();
        return downed;
    }
}
