namespace Meditron.Actors.Cluster.SBR;

/// <summary>A side goes on if it has at least a fixed number of members.</summary>
/// <param name="quorumSize">That number, at least 1; there may be less than twice as many members.</param>
/// <param name="role">Only members with this role count; empty for all.</param>
internal sealed class StaticQuorum(int quorumSize, string role) : IDowningStrategy
{
    private int Most => (quorumSize * 2) - 1;

    public Decision Decide(SplitView view)
    {
        var members = view.Counted(role);
        if (members.Count > Most)
        {
            return new Decision(DecisionKind.DownAll, $"{members.Count} members are too many for a quorum of {quorumSize}: two sides could have it");
        }

        if (!view.IndirectlyConnected.IsEmpty)
        {
            return Reasons.IndirectlyConnected(view);
        }

        var here = members.Count(m => !view.IsUnreachable(m));
        if (here < quorumSize)
        {
            return new Decision(DecisionKind.DownReachable, $"{here} of {members.Count} members are no quorum of {quorumSize}");
        }

        var decision = new Decision(DecisionKind.DownUnreachable, $"{here} of {members.Count} members are a quorum of {quorumSize}");
        return OthersMayHaveQuorum(view)
            ? new Decision(DecisionKind.DownAll, $"{decision.Reason}, but with newcomers admitted and leavers gone another side may have one too")
            : decision;
    }

    // The split may have come while members were admitted or let go, so that the other side counts otherwise. Akka.NET does not look at that.
    private bool OthersMayHaveQuorum(SplitView view)
    {
        foreach (var (admitted, gone) in new[] { (true, false), (false, true), (true, true) })
        {
            var members = view.Counted(role, includingPossiblyUp: admitted, excludingPossiblyExiting: gone);
            if (members.Count <= Most && members.Count(view.IsUnreachable) >= quorumSize)
            {
                return true;
            }
        }

        return false;
    }

    public string? Concern(SplitView view)
    {
        var count = view.Counted(role).Count;
        return count > Most
            ? $"The cluster has {count} members, but static-quorum.quorum-size is {quorumSize}: at most {Most} are allowed (twice the quorum less one). "
              + "If there is a split while there are so many, all members are downed. Raise the quorum on all nodes, or let members leave."
            : null;
    }
}
