using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>Decides which worker takes which rank; a pure function of the workers, the layout and who had which rank before.</summary>
public static class AssignmentPlan
{
    /// <summary>
    /// Fills a layout. Workers keep the rank they had; free ranks go to other workers, those of the lost one's machine first, since its state is there, and
    /// standbys last, machine by machine, so that tensor-parallel ranks are together.
    /// </summary>
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
        else
        {
            // Another layout: whoever trained goes on, in the order of the ranks.
            var survivors = previous.Select(member => workers.FirstOrDefault(worker => worker.Id == member.Id)).OfType<WorkerDescription>().Take(layout.World).ToList();
            for (var rank = 0; rank < survivors.Count; rank++)
            {
                members[rank] = survivors[rank];
            }
        }

        var kept = members.Count(member => member is not null);
        var used = members.Where(member => member is not null).Select(member => member!.Id).ToHashSet(StringComparer.Ordinal);
        var lost = previous.Count == layout.World ? previous.FirstOrDefault(member => !used.Contains(member.Id))?.Machine : null;
        var free = new Queue<WorkerDescription>(workers
            .Where(worker => !used.Contains(worker.Id))
            .OrderBy(worker => lost is not null && worker.Machine != lost)
            .ThenBy(worker => worker.Standby)
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

    /// <summary>The layout to train with: the one that is wanted, or one with as many data-parallel ranks as there are workers for.</summary>
    /// <param name="wanted">The layout that is wanted.</param>
    /// <param name="workers">Workers that may be used.</param>
    /// <param name="shrink">Whether fewer data-parallel ranks will do.</param>
    public static ParallelLayout LayoutFor(ParallelLayout wanted, int workers, bool shrink)
    {
        var replicas = workers / (wanted.Tensor * wanted.Pipeline);
        return shrink && replicas >= 1 && replicas < wanted.Data ? new ParallelLayout(wanted.Tensor, wanted.Pipeline, replicas) : wanted;
    }

    /// <summary>
    /// Threads that a member of a layout computes with: its part of those that the ranks of its machine share, so that fewer ranks lose none of the
    /// machine's processors. The bits do not depend on them.
    /// </summary>
    /// <param name="worker">The member.</param>
    /// <param name="members">All members.</param>
    public static int ThreadsOf(WorkerDescription worker, IReadOnlyCollection<WorkerDescription> members) =>
        worker.MachineThreads == 0 ? worker.Threads : Math.Max(1, worker.MachineThreads / Math.Max(1, members.Count(member => member.Machine == worker.Machine)));

    /// <summary>What messages call a worker.</summary>
    public static string Name(WorkerDescription worker) => $"{worker.Host}/{worker.ProcessId}{(worker.Standby ? " (standby)" : "")}";
}
