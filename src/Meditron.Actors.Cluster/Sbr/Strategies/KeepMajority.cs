namespace Meditron.Actors.Cluster.SBR;

/// <summary>The side with more members goes on; of two equal ones, that with the lowest address.</summary>
/// <param name="role">Only members with this role count; empty for all.</param>
internal sealed class KeepMajority(string role) : IDowningStrategy
{
    public Decision Decide(SplitView view)
    {
        if (!view.IndirectlyConnected.IsEmpty)
        {
            return Reasons.IndirectlyConnected(view);
        }

        var decision = Compare(view, view.Counted(role), view.Counted(role), "");
        if (decision.Kind != DecisionKind.DownUnreachable)
        {
            return decision;
        }

        // The split may have come while members were admitted or let go, so that the other side counts otherwise: more of its own, fewer of ours.
        var cautious = Compare(
            view, view.Counted(role, excludingPossiblyExiting: true), view.Counted(role, includingPossiblyUp: true), " when counting cautiously");
        return cautious.Kind == DecisionKind.DownUnreachable
            ? decision
            : new Decision(DecisionKind.DownAll, $"{decision.Reason}, but {cautious.Reason}: the other side may decide otherwise");
    }

    private Decision Compare(SplitView view, IReadOnlyList<Member> ours, IReadOnlyList<Member> theirs, string how)
    {
        if (ours.Count == 0)
        {
            return new Decision(DecisionKind.DownAll, Reasons.NobodyCounts(role) + how);
        }

        var here = ours.Count(m => !view.IsUnreachable(m));
        var there = theirs.Count(view.IsUnreachable);
        if (here != there)
        {
            return here > there
                ? new Decision(DecisionKind.DownUnreachable, $"{here} against {there} members{how} is a majority")
                : new Decision(DecisionKind.DownReachable, $"{here} against {there} members{how} is a minority");
        }

        var lowest = ours[0];
        return view.IsUnreachable(lowest)
            ? new Decision(DecisionKind.DownReachable, $"{here} against {there} members{how}, and the lowest address [{lowest.Address}] is on the other side")
            : new Decision(DecisionKind.DownUnreachable, $"{here} against {there} members{how}, and the lowest address [{lowest.Address}] is on this side");
    }
}
