using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>The newest step whose whole state is in the memory of living processes.</summary>
/// <param name="Step">The step; -1 where there is none.</param>
/// <param name="States">Where each rank's shard of it is, all of one layout.</param>
/// <param name="Reason">Why it is that one, or why there is none.</param>
public sealed record MemoryStart(int Step, IReadOnlyList<StateHandle> States, string Reason)
{
    /// <summary>Whether there is one.</summary>
    public bool IsThere => Step >= 0;

    /// <summary>Finds it; a pure function of what the workers report and who shall have which rank.</summary>
    /// <param name="layout">The layout to go on with.</param>
    /// <param name="members">Its workers by rank.</param>
    /// <param name="reports">What each worker has and holds, by the worker's id.</param>
    public static MemoryStart Decide(ParallelLayout layout, IReadOnlyList<WorkerDescription> members, IReadOnlyDictionary<string, IReadOnlyList<StateHandle>> reports)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(reports);
        var best = new MemoryStart(-1, [], "no process holds any state in memory");
        foreach (var group in reports.SelectMany(report => report.Value).GroupBy(handle => handle.Layout).OrderByDescending(group => Of(group.Key) == layout))
        {
            var from = Of(group.Key);
            var byRank = group.ToLookup(handle => handle.Rank);
            var missing = Enumerable.Range(0, from.World).Where(rank => !byRank[rank].Any()).ToList();
            if (missing.Count > 0)
            {
                best = best.IsThere ? best : best with { Reason = $"of {from} the state of rank {string.Join(", ", missing)} is in no process's memory" };
                continue;
            }

            var steps = Enumerable.Range(0, from.World)
                .Select(rank => byRank[rank].SelectMany(handle => handle.Steps))
                .Aggregate((left, right) => left.Intersect(right))
                .ToList();
            if (steps.Count == 0)
            {
                best = best.IsThere ? best : best with { Reason = $"the ranks of {from} have no step in common" };
                continue;
            }

            var step = steps.Max();
            if (step <= best.Step)
            {
                continue;
            }

            if (Reach(layout, members, from, byRank, step) is { } problem)
            {
                best = best.IsThere ? best : best with { Reason = problem };
                continue;
            }

            // Who has made a shard's memory opens it anew where the layout changes; whoever else holds it does not.
            best = new MemoryStart(
                step,
                [.. Enumerable.Range(0, from.World).SelectMany(rank => byRank[rank].Where(handle => handle.Steps.Contains(step)).OrderBy(handle => handle.Server.Length == 0).ThenBy(handle => handle.IsMaker).DistinctBy(handle => handle.Machine))],
                $"step {step} is in memory, all {from.World} shards of {from}");
        }

        return best;
    }

    private static ParallelLayout Of(Layout layout) => new(layout.Tensor, layout.Pipeline, layout.Data);

    /// <summary>Why the members cannot take the step from these states; null where they can.</summary>
    private static string? Reach(ParallelLayout layout, IReadOnlyList<WorkerDescription> members, ParallelLayout from, ILookup<int, StateHandle> states, int step)
    {
        if (from.Tensor != layout.Tensor)
        {
            return $"the state of {from} in memory is cut for other tensor-parallel ranks than {layout}";
        }

        for (var rank = 0; rank < layout.World; rank++)
        {
            var machine = members[rank].Machine;
            IEnumerable<int> needed = from == layout ? [rank] : Enumerable.Range(0, from.World).Where(other => from.At(other).Tensor == layout.At(rank).Tensor);
            foreach (var other in needed)
            {
                if (!states[other].Any(handle => (handle.Machine == machine || handle.Server.Length > 0) && handle.Steps.Contains(step)))
                {
                    return $"the state of rank {other} of {from} is not on the machine of {AssignmentPlan.Name(members[rank])}, which needs it, and no other machine gives it";
                }
            }
        }

        return null;
    }
}
