using System.Collections.Immutable;

namespace Meditron.Actors.Cluster;

/// <summary>Whom this node sends heartbeats to, and whom its failure detector should forget after a change. Immutable.</summary>
/// <param name="Ring">The members on their ring.</param>
/// <param name="FormerUnreachable">Former receivers that are unreachable: they are sent heartbeats still, or nobody would notice them coming back.</param>
internal sealed record HeartbeatSenderState(HeartbeatNodeRing Ring, ImmutableSortedSet<UniqueAddress> FormerUnreachable)
{
    /// <summary>The next state, and whom the failure detector should forget.</summary>
    public sealed record Change(HeartbeatSenderState State, ImmutableList<UniqueAddress> Forget);

    /// <summary>All who are sent heartbeats.</summary>
    public ImmutableSortedSet<UniqueAddress> Receivers => Ring.MyReceivers.Union(FormerUnreachable);

    public static HeartbeatSenderState Create(UniqueAddress self, int monitoredByNrOfMembers) =>
        new(
            new HeartbeatNodeRing(self, [], ImmutableSortedSet<UniqueAddress>.Empty, monitoredByNrOfMembers),
            ImmutableSortedSet<UniqueAddress>.Empty);

    /// <summary>The state for all these members.</summary>
    public HeartbeatSenderState Init(IEnumerable<UniqueAddress> nodes, ImmutableSortedSet<UniqueAddress> unreachable) =>
        this with { Ring = new HeartbeatNodeRing(Ring.Self, nodes, unreachable, Ring.MonitoredByNrOfMembers) };

    public Change AddMember(UniqueAddress node, Func<UniqueAddress, bool> isAvailable) => MoveTo(Ring.Add(node), isAvailable);

    public Change RemoveMember(UniqueAddress node, Func<UniqueAddress, bool> isAvailable)
    {
        var change = MoveTo(Ring.Remove(node), isAvailable);
        return new Change(
            change.State with { FormerUnreachable = change.State.FormerUnreachable.Remove(node) },
            change.Forget.Contains(node) ? change.Forget : change.Forget.Add(node));
    }

    public Change UnreachableMember(UniqueAddress node, Func<UniqueAddress, bool> isAvailable) =>
        MoveTo(Ring.WithUnreachable(node), isAvailable);

    public Change ReachableMember(UniqueAddress node, Func<UniqueAddress, bool> isAvailable) =>
        MoveTo(Ring.WithReachable(node), isAvailable);

    /// <summary>A response came: a former receiver that is heard from again is let go.</summary>
    public Change Response(UniqueAddress from)
    {
        if (!FormerUnreachable.Contains(from))
        {
            return new Change(this, []);
        }

        var next = this with { FormerUnreachable = FormerUnreachable.Remove(from) };
        return new Change(next, Ring.MyReceivers.Contains(from) ? [] : [from]);
    }

    private Change MoveTo(HeartbeatNodeRing next, Func<UniqueAddress, bool> isAvailable)
    {
        if (ReferenceEquals(next, Ring))
        {
            return new Change(this, []);
        }

        var former = FormerUnreachable;
        var forget = ImmutableList.CreateBuilder<UniqueAddress>();
        foreach (var node in Ring.MyReceivers.Except(next.MyReceivers))
        {
            if (isAvailable(node))
            {
                forget.Add(node);
            }
            else
            {
                former = former.Add(node);
            }
        }

        return new Change(new HeartbeatSenderState(next, former.Except(next.MyReceivers)), forget.ToImmutable());
    }
}
