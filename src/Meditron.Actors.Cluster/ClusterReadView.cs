using System.Collections.Immutable;

namespace Meditron.Actors.Cluster;

/// <summary>The state of the cluster for readers on any thread; renewed before each event is sent, so that it is never older than an event.</summary>
internal sealed class ClusterReadView(Cluster cluster)
{
    private sealed record Snapshot(ClusterEvent.CurrentClusterState State, Member Self, Reachability Reachability, Gossip Gossip);

    private volatile Snapshot _snapshot = new(
        new ClusterEvent.CurrentClusterState(), Member.Removed(cluster.SelfUniqueAddress), Reachability.Empty, Gossip.Empty);

    public ClusterEvent.CurrentClusterState State => _snapshot.State;

    public Member Self => _snapshot.Self;

    public Reachability Reachability => _snapshot.Reachability;

    /// <summary>Members with their ages, and the removed ones.</summary>
    public Gossip Gossip => _snapshot.Gossip;

    public void Renew(MembershipState state) =>
        _snapshot = new Snapshot(Of(state), state.SelfMember, state.ReachabilityExcludingDownedObservers, state.Gossip);

    /// <summary>The state as it is given to users.</summary>
    public static ClusterEvent.CurrentClusterState Of(MembershipState state)
    {
        var unreachable = state.ReachabilityExcludingDownedObservers.AllUnreachableOrTerminated
            .Where(n => !n.Equals(state.Self) && state.Gossip.HasMember(n))
            .Select(state.Gossip.Member)
            .ToImmutableHashSet();
        var roles = state.Members.SelectMany(m => m.Roles).Distinct(StringComparer.Ordinal);
        return new ClusterEvent.CurrentClusterState(
            state.Members,
            unreachable,
            state.Gossip.Seen.Select(n => n.Address).ToImmutableHashSet(),
            state.Leader?.Address,
            roles.ToImmutableDictionary(r => r, r => state.RoleLeader(r)?.Address, StringComparer.Ordinal));
    }
}
