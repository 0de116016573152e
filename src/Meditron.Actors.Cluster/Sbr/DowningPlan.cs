using System.Collections.Immutable;

namespace Meditron.Actors.Cluster.SBR;

/// <summary>Whom a decision declares dead. Pure.</summary>
/// <param name="Decision">The decision; another one than asked for where that one led to no result.</param>
/// <param name="Nodes">Whom it declares dead, without those who are down or gone already.</param>
internal sealed record DowningPlan(Decision Decision, ImmutableSortedSet<UniqueAddress> Nodes)
{
    /// <summary>Works out a decision of a strategy for the view it was taken from.</summary>
    /// <remarks>
    /// A side of newcomers alone never goes on: it could not tell whether those whom it declares dead do the same. It may have lost them a moment ago, which its own
    /// failure detector has not noticed yet.
    /// </remarks>
    public static DowningPlan For(IDowningStrategy strategy, SplitView view, Decision decision)
    {
        if (decision.Kind == DecisionKind.DownSelf)
        {
            return new DowningPlan(decision, view.Downable.Intersect([view.Self]));
        }

        var plan = WorkOut(strategy, view, decision);
        return plan.Nodes.IsEmpty || view.Counted("").Any(m => !plan.Nodes.Contains(m.UniqueAddress))
            ? plan
            : new DowningPlan(
                new Decision(DecisionKind.DownAll, $"{plan.Decision.Reason}, but nobody who is admitted would be left here"),
                view.Downable);
    }

    private static DowningPlan WorkOut(IDowningStrategy strategy, SplitView view, Decision decision)
    {
        if (decision.Kind is DecisionKind.DownIndirectlyConnected or DecisionKind.AcquireLeaseAndDownIndirectlyConnected)
        {
            return ForIndirectlyConnected(strategy, view, decision);
        }

        var downable = view.Downable;
        return new DowningPlan(decision, decision.Kind switch
        {
            DecisionKind.DownUnreachable or DecisionKind.AcquireLeaseAndDownUnreachable => downable.Intersect(view.Unreachable),
            DecisionKind.DownReachable => downable.Except(view.Unreachable),
            DecisionKind.ReverseDownIndirectlyConnected => downable.Intersect(view.IndirectlyConnected).Union(downable.Except(view.Unreachable)),
            _ => downable,
        });
    }

    // Besides those who are indirectly connected there may be a clean split or a crash: what the strategy would say to that is added.
    private static DowningPlan ForIndirectlyConnected(IDowningStrategy strategy, SplitView view, Decision decision)
    {
        var downable = view.Downable;
        var indirect = view.IndirectlyConnected;
        if (view.Unreachable.IsSubsetOf(indirect))
        {
            return new DowningPlan(decision, downable.Intersect(indirect));
        }

        var clean = WithoutIndirectLinks(view, downable);
        var further = strategy.Decide(clean);
        if (further.IsIndirectlyConnected)
        {
            var all = new Decision(
                DecisionKind.DownAll,
                $"{decision.Reason}, and without their links still [{string.Join(", ", clean.IndirectlyConnected.Select(n => n.Address))}] are: there is no telling the sides apart");
            return new DowningPlan(all, downable);
        }

        var nodes = indirect.Union(WorkOut(strategy, clean, further).Nodes).Intersect(downable);
        return new DowningPlan(decision with { Reason = $"{decision.Reason}; apart from that {further.Reason}" }, nodes);
    }

    private static SplitView WithoutIndirectLinks(SplitView view, ImmutableSortedSet<UniqueAddress> downable)
    {
        var cycles = view.InCycles;
        var seen = view.SeenThoughUnreachable;
        var records = view.Records.FindAll(r =>
            downable.Contains(r.Observer)
            && downable.Contains(r.Subject)
            && !(cycles.Contains(r.Observer) && cycles.Contains(r.Subject))
            && !(seen.Contains(r.Observer) && seen.Contains(r.Subject)));
        return view with { Records = records, Unreachable = records.Select(r => r.Subject).ToImmutableSortedSet() };
    }
}
