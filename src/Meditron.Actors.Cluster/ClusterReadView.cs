using System.Collections.Immutable;

namespace Meditron.Actors.Cluster;

/// <summary>The state of the cluster for readers on any thread; renewed before each event is sent, so that it is never older than an event.</summary>
internal sealed class ClusterReadView(Cluster cluster)
{
    private volatile Snapshot _snapshot = new(new MembershipState(Gossip.Empty, cluster.SelfUniqueAddress));

    public ClusterEvent.CurrentClusterState State => _snapshot.State;

    public Member Self => _snapshot.Membership.SelfMember;

    public Reachability Reachability => _snapshot.Membership.ReachabilityExcludingDownedObservers;

    /// <summary>Members with their ages, and the removed ones.</summary>
    public Gossip Gossip => _snapshot.Membership.Gossip;

    public void Renew(MembershipState state) => _snapshot = new Snapshot(state);

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

    // Most states are replaced before anybody looks at them.
    private sealed class Snapshot(MembershipState membership)
    {
        private ClusterEvent.CurrentClusterState? _state;

        public MembershipState Membership { get; } = membership;

        public ClusterEvent.CurrentClusterState State => _state ??= Of(Membership);
    }
}
