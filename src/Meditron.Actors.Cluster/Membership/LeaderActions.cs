using System.Collections.Immutable;

namespace Meditron.Actors.Cluster;

/// <summary>What the leader decides from the state it has: whom to admit, move on and remove. Pure.</summary>
internal static class LeaderActions
{
    /// <summary>The outcome: the next gossip, not yet marked as changed by the leader, and who changed how.</summary>
    public sealed record Decision(Gossip Gossip, ImmutableList<Member> Changed, ImmutableList<Member> Removed)
    {
        public bool IsNothing => Changed.IsEmpty && Removed.IsEmpty;
    }

    /// <summary>What the leader does once the gossip has converged.</summary>
    /// <param name="state">The state as the leader has it.</param>
    /// <param name="exitingConfirmed">Members that have said they are done with exiting.</param>
    /// <param name="required">How many members there must be before any is admitted.</param>
    /// <param name="now">The time, in milliseconds of the Unix epoch; written on tombstones.</param>
    public static Decision OnConvergence(
        MembershipState state, IReadOnlySet<UniqueAddress> exitingConfirmed, RequiredMembers required, long now)
    {
        var gossip = state.Gossip;
        var removed = new SortedSet<Member>();
        foreach (var node in state.ReachabilityExcludingDownedObservers.AllUnreachableOrTerminated)
        {
            var member = gossip.Member(node);
            if (MemberStatuses.IsOnTheWayOut(member.Status) && !node.Equals(state.Self))
            {
                removed.Add(member);
            }
        }

        foreach (var node in exitingConfirmed)
        {
            var member = gossip.Member(node);
            if (member.Status == MemberStatus.Exiting && !node.Equals(state.Self))
            {
                removed.Add(member);
            }
        }

        var changed = ImmutableList.CreateBuilder<Member>();
        var enough = required.AreThere(state.Members);
        var age = state.HighestUpNumber;
        foreach (var member in state.Members)
        {
            if (removed.Contains(member))
            {
                continue;
            }

            if (enough && (member.Status is MemberStatus.Joining or MemberStatus.WeaklyUp))
            {
                age++;
                changed.Add(member.CopyUp(age));
            }
            else if (member.Status == MemberStatus.Leaving)
            {
                changed.Add(member.Copy(MemberStatus.Exiting));
            }
        }

        if (changed.Count == 0 && removed.Count == 0)
        {
            return Nothing(gossip);
        }

        var next = gossip.WithMembers(changed);
        if (removed.Count > 0)
        {
            next = next.Remove(removed.Select(m => m.UniqueAddress).ToList(), now);
        }

        return new Decision(next, changed.ToImmutable(), [.. removed]);
    }

    /// <summary>Without convergence the leader may still admit newcomers it can reach, as WeaklyUp.</summary>
    public static Decision AdmitWeakly(MembershipState state, RequiredMembers required)
    {
        if (!required.AreThere(state.Members))
        {
            return Nothing(state.Gossip);
        }

        var changed = state.Members
            .Where(m => m.Status == MemberStatus.Joining && state.ReachabilityExcludingDownedObservers.IsReachable(m.UniqueAddress))
            .Select(m => m.Copy(MemberStatus.WeaklyUp))
            .ToImmutableList();
        return changed.IsEmpty ? Nothing(state.Gossip) : new Decision(state.Gossip.WithMembers(changed), changed, []);
    }

    private static Decision Nothing(Gossip gossip) => new(gossip, [], []);
}
