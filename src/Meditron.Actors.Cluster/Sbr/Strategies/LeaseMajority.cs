namespace Meditron.Actors.Cluster.SBR;

/// <summary>The side that gets the lease goes on; a minority waits before it tries, so that the majority mostly gets it.</summary>
/// <param name="role">Only members with this role count; empty for all.</param>
/// <param name="delayForMinority">How long a minority waits.</param>
internal sealed class LeaseMajority(string role, TimeSpan delayForMinority) : IDowningStrategy
{
    public Decision Decide(SplitView view)
    {
        if (!view.IndirectlyConnected.IsEmpty)
        {
            return Reasons.IndirectlyConnected(view) with { Kind = DecisionKind.AcquireLeaseAndDownIndirectlyConnected };
        }

        var members = view.Counted(role);
        var here = members.Count(m => !view.IsUnreachable(m));
        var there = members.Count - here;
        var minority = members.Count > 0 && (here < there || (here == there && view.IsUnreachable(members[0])));
        return minority
            ? new Decision(DecisionKind.AcquireLeaseAndDownUnreachable, $"{here} against {there} members let the others try first to take the lease", delayForMinority)
            : new Decision(DecisionKind.AcquireLeaseAndDownUnreachable, $"{here} against {there} members try to take the lease at once");
    }
}
