using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>Decides which worker takes which rank; a pure function of the workers, the layout and who had which rank before.</summary>
public static class AssignmentPlan
{
    /// <summary>Fills a layout. Workers keep the rank they had; free ranks go to other workers, standbys last, machine by machine, so that tensor-parallel ranks are together.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="workers">Workers that may be used.</param>
    /// <param name="previous">The members of the generation before, by rank; empty for none.</param>
    public static Assignment Decide(ParallelLayout layout, IReadOnlyCollection<WorkerDescription> workers, IReadOnlyList<WorkerDescription> previous)
    {
        if (workers.Count < layout.World)
        {
            return new Assignment([], $"{layout} needs {layout.World} workers, and {workers.Count} have registered");
        }

        var members = new WorkerDescription?[layout.World];
        if (previous.Count == layout.World)
        {
            for (var rank = 0; rank < members.Length; rank++)
            {
                members[rank] = workers.FirstOrDefault(worker => worker.Id == previous[rank].Id);
            }
        }

        var kept = members.Count(member => member is not null);
        var used = members.Where(member => member is not null).Select(member => member!.Id).ToHashSet(StringComparer.Ordinal);
        var free = new Queue<WorkerDescription>(workers
            .Where(worker => !used.Contains(worker.Id))
            .OrderBy(worker => worker.Standby)
            .ThenBy(worker => worker.Host, StringComparer.Ordinal)
            .ThenBy(worker => worker.ProcessId)
            .ThenBy(worker => worker.Id, StringComparer.Ordinal));
        var replaced = new List<string>();
        for (var rank = 0; rank < members.Length; rank++)
        {
            if (members[rank] is null)
            {
                members[rank] = free.Dequeue();
                replaced.Add($"rank {rank} to {Name(members[rank]!)}");
            }
        }

        return new Assignment(
            [.. members.Select(member => member!)],
            kept == 0 ? $"{layout} over {layout.World} of {workers.Count} workers" : replaced.Count == 0 ? $"{layout} over the same workers" : $"{layout}: {string.Join(", ", replaced)}");
    }

    /// <summary>What messages call a worker.</summary>
    public static string Name(WorkerDescription worker) => $"{worker.Host}/{worker.ProcessId}{(worker.Standby ? " (standby)" : "")}";
}
