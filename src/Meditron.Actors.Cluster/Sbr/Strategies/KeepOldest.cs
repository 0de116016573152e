namespace Meditron.Actors.Cluster.SBR;

/// <summary>The side with the oldest member goes on, unless that one is all alone.</summary>
/// <param name="downIfAlone">Whether the oldest gives way when it is alone against at least two.</param>
/// <param name="role">Only members with this role count; empty for all.</param>
internal sealed class KeepOldest(bool downIfAlone, string role) : IDowningStrategy
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

        // The split may have come while members were admitted or let go, so that for the other side another one is the oldest, or is not alone.
        var cautious = Compare(
            view,
            view.Counted(role, excludingPossiblyExiting: true),
            view.Counted(role, includingPossiblyUp: downIfAlone, excludingPossiblyExiting: true),
            " when counting cautiously");
        return cautious.Kind == DecisionKind.DownUnreachable
            ? decision
            : new Decision(DecisionKind.DownAll, $"{decision.Reason}, but {cautious.Reason}: the other side may decide otherwise");
    }

    private Decision Compare(SplitView view, IReadOnlyList<Member> candidates, IReadOnlyList<Member> counted, string how)
    {
        if (candidates.Count == 0)
        {
            return new Decision(DecisionKind.DownAll, Reasons.NobodyCounts(role) + how);
        }

        var oldest = candidates.Min(Member.AgeOrdering)!;
        var here = counted.Count(m => !view.IsUnreachable(m));
        var there = counted.Count(view.IsUnreachable);
        if (view.IsUnreachable(oldest))
        {
            return downIfAlone && there == 1 && here >= 2
                ? new Decision(DecisionKind.DownUnreachable, $"the oldest member [{oldest.Address}] is alone on the other side, against {here} here{how}")
                : new Decision(DecisionKind.DownReachable, $"the oldest member [{oldest.Address}] is on the other side{how}");
        }

        return downIfAlone && here == 1 && there >= 2
            ? new Decision(DecisionKind.DownReachable, $"the oldest member [{oldest.Address}] is alone here, against {there} on the other side{how}")
            : new Decision(DecisionKind.DownUnreachable, $"the oldest member [{oldest.Address}] is on this side{how}");
    }
}
