using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>Which process of another machine keeps the copy of each rank's shard.</summary>
/// <param name="Holders">The holders by rank; null where there is none.</param>
/// <param name="Reason">Why it is so, in words.</param>
public sealed record CopyPlan(IReadOnlyList<CopyHolder?> Holders, string Reason)
{
    private const int NamedRanks = 8;

    /// <summary>No copies.</summary>
    public static CopyPlan None { get; } = new([], "all workers are on one machine");

    /// <summary>
    /// Assigns holders; a pure function of who has which rank and who can hold. A copy stays where it is. Others go to another machine than the rank's, so that the
    /// machines hold about the same; among those first to one that trains with the same weights, whose ranks would take the shard over, then to the next of the
    /// machines in their order. On the machine its launcher holds, else the worker that holds least.
    /// </summary>
    /// <param name="layout">The layout.</param>
    /// <param name="machines">The machine of each rank.</param>
    /// <param name="bytes">What each rank's shard takes; 0 where it is in no memory that can be copied.</param>
    /// <param name="holders">Who can hold.</param>
    /// <param name="before">The holders by rank so far; empty for none.</param>
    /// <param name="refused">Whether a holder has lately not taken a rank's copy.</param>
    public static CopyPlan Decide(
        ParallelLayout layout, IReadOnlyList<string> machines, IReadOnlyList<long> bytes, IReadOnlyCollection<CopyHolder> holders, IReadOnlyList<CopyHolder?> before, Func<int, CopyHolder, bool> refused)
    {
        ArgumentNullException.ThrowIfNull(layout);
        ArgumentNullException.ThrowIfNull(machines);
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentNullException.ThrowIfNull(holders);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(refused);
        if (machines.Concat(holders.Select(holder => holder.Machine)).Distinct(StringComparer.Ordinal).Count() < 2)
        {
            return None;
        }

        var order = holders.Select(holder => holder.Machine).Concat(machines).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        var fair = bytes.Sum() / Math.Max(1, holders.Select(holder => holder.Machine).Distinct(StringComparer.Ordinal).Count());
        var plan = new CopyHolder?[layout.World];
        var onMachine = order.ToDictionary(machine => machine, _ => 0L, StringComparer.Ordinal);
        var onHolder = holders.ToDictionary(holder => holder.Id, _ => 0L, StringComparer.Ordinal);
        for (var rank = 0; rank < before.Count; rank++)
        {
            if (before[rank] is { } kept && bytes[rank] > 0 && holders.Contains(kept) && kept.Machine != machines[rank] && !refused(rank, kept))
            {
                Place(rank, kept);
            }
        }

        foreach (var rank in Enumerable.Range(0, layout.World).Where(rank => plan[rank] is null && bytes[rank] > 0).OrderByDescending(rank => bytes[rank]).ThenBy(rank => rank))
        {
            var replicas = layout.DataGroup(rank).Select(other => machines[other]).ToHashSet(StringComparer.Ordinal);
            var own = order.IndexOf(machines[rank]);
            var best = holders
                .Where(holder => holder.Machine != machines[rank] && !refused(rank, holder))
                .OrderBy(holder => onMachine[holder.Machine] + bytes[rank] / 2 > fair)
                .ThenByDescending(holder => replicas.Contains(holder.Machine))
                .ThenBy(holder => onMachine[holder.Machine])
                .ThenBy(holder => (order.IndexOf(holder.Machine) - own + order.Count) % order.Count)
                .ThenByDescending(holder => holder.IsLauncher)
                .ThenBy(holder => onHolder[holder.Id])
                .ThenBy(holder => holder.Id, StringComparer.Ordinal)
                .FirstOrDefault();
            if (best is not null)
            {
                Place(rank, best);
            }
        }

        return new CopyPlan(plan, Describe(plan, bytes));

        void Place(int rank, CopyHolder holder)
        {
            plan[rank] = holder;
            onMachine[holder.Machine] += bytes[rank];
            onHolder[holder.Id] += bytes[rank];
        }
    }

    private static string Describe(CopyHolder?[] plan, IReadOnlyList<long> bytes)
    {
        var copied = Enumerable.Range(0, plan.Length).Where(rank => plan[rank] is not null).ToList();
        var missing = Enumerable.Range(0, plan.Length).Where(rank => plan[rank] is null && bytes[rank] > 0).ToList();
        var where = plan.Length <= NamedRanks
            ? string.Join(", ", copied.Select(rank => $"rank {rank} to {plan[rank]!.Name}"))
            : string.Join(", ", copied.GroupBy(rank => plan[rank]!.Name).Select(group => $"{group.Count()} to {group.Key}"));
        return (copied.Count, missing.Count) switch
        {
            (0, 0) => "no shard is in memory that can be copied",
            (0, _) => "no other machine takes copies of the shards",
            (_, 0) => $"every shard is copied to another machine: {where}",
            _ => $"shards are copied to other machines: {where}; no other machine takes that of rank {string.Join(", ", missing)}",
        };
    }
}
