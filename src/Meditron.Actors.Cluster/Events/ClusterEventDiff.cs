namespace Meditron.Actors.Cluster;

/// <summary>The events that lead from one state to the next, in a fixed order. Pure.</summary>
internal static class ClusterEventDiff
{
    public static IEnumerable<ClusterEvent.IClusterDomainEvent> Between(MembershipState before, MembershipState after)
    {
        if (before.Gossip.SharesContent(after.Gossip))
        {
            yield break;
        }

        var oldUnreachable = Unreachable(before);
        var newUnreachable = Unreachable(after);
        foreach (var node in newUnreachable.Except(oldUnreachable).Order())
        {
            if (!node.Equals(after.Self))
            {
                yield return new ClusterEvent.UnreachableMember(after.Gossip.Member(node));
            }
        }

        foreach (var node in oldUnreachable.Except(newUnreachable).Order())
        {
            if (!node.Equals(after.Self) && after.Gossip.HasMember(node))
            {
                yield return new ClusterEvent.ReachableMember(after.Gossip.Member(node));
            }
        }

        foreach (var change in MemberEvents(before.Gossip, after.Gossip))
        {
            yield return change;
        }

        if (!Equals(before.Leader, after.Leader))
        {
            yield return new ClusterEvent.LeaderChanged(after.Leader?.Address);
        }

        foreach (var role in before.Members.Union(after.Members).SelectMany(m => m.Roles).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var leader = after.RoleLeader(role);
            if (!Equals(before.RoleLeader(role), leader))
            {
                yield return new ClusterEvent.RoleLeaderChanged(role, leader?.Address);
            }
        }
    }

    private static IEnumerable<ClusterEvent.IClusterDomainEvent> MemberEvents(Gossip before, Gossip after)
    {
        foreach (var member in after.Members)
        {
            var old = before.Member(member.UniqueAddress);
            if (old.Status != member.Status || (old.UpNumber != member.UpNumber && member.Status == MemberStatus.Up))
            {
                yield return member.Status switch
                {
                    MemberStatus.Joining => new ClusterEvent.MemberJoined(member),
                    MemberStatus.WeaklyUp => new ClusterEvent.MemberWeaklyUp(member),
                    MemberStatus.Up => new ClusterEvent.MemberUp(member),
                    MemberStatus.Leaving => new ClusterEvent.MemberLeft(member),
                    MemberStatus.Exiting => new ClusterEvent.MemberExited(member),
                    _ => new ClusterEvent.MemberDowned(member),
                };
            }
        }

        foreach (var member in before.Members)
        {
            if (!after.HasMember(member.UniqueAddress))
            {
                yield return new ClusterEvent.MemberRemoved(member.Copy(MemberStatus.Removed), member.Status);
            }
        }
    }

    private static HashSet<UniqueAddress> Unreachable(MembershipState state) =>
        state.ReachabilityExcludingDownedObservers.AllUnreachableOrTerminated.Where(state.Gossip.HasMember).ToHashSet();
}
