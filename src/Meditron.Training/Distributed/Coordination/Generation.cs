using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>The layout that a job trains with now, and how far its ranks have come.</summary>
internal sealed class Generation
{
    /// <summary>Steps that some ranks have reported and others not, by number: the death of one that has not can still take them back.</summary>
    private readonly SortedDictionary<int, StepCompleted> told = [];

    /// <summary>The last step of each rank, reported to whatever incarnation of the coordinator.</summary>
    private readonly int[] reached;

    public Generation(GenerationRaised raised)
    {
        Number = raised.Generation;
        Layout = new ParallelLayout(raised.Layout.Tensor, raised.Layout.Pipeline, raised.Layout.Data);
        Members = [.. raised.Members.OrderBy(member => member.Rank).Select(member => member.Worker)];
        Start = raised.Start;
        Endpoints = new RankEndpoints?[Layout.World];
        Ready = new GenerationReady?[Layout.World];
        Steps = new StepCompleted?[Layout.World];
        reached = new int[Layout.World];
        Stopped = new GenerationStopped?[Layout.World];
        Copies = new StateHandle?[Layout.World];
    }

    public long Number { get; }

    public ParallelLayout Layout { get; }

    /// <summary>Gets the workers by rank.</summary>
    public IReadOnlyList<WorkerDescription> Members { get; }

    public StartFrom Start { get; }

    public RankEndpoints?[] Endpoints { get; }

    public GenerationReady?[] Ready { get; }

    /// <summary>Gets the last step of each rank.</summary>
    public StepCompleted?[] Steps { get; }

    public GenerationStopped?[] Stopped { get; }

    /// <summary>Gets each rank's copy on another machine.</summary>
    public StateHandle?[] Copies { get; }

    public bool AllPrepared => Endpoints.All(endpoints => endpoints is not null);

    public bool AllReady => Ready.All(ready => ready is not null);

    public bool AllStopped => Stopped.All(stopped => stopped is not null);

    /// <summary>Takes a rank's report of a step.</summary>
    /// <returns>The steps that this makes the last rank's: all have them, oldest first.</returns>
    public IReadOnlyList<StepCompleted> Take(StepCompleted completed)
    {
        Steps[completed.Rank] = completed;
        Reach(completed.Rank, completed.Step);
        told.TryAdd(completed.Step, completed);
        var common = reached.Min();
        var all = told.Values.Where(step => step.Step <= common).ToList();
        foreach (var step in all)
        {
            told.Remove(step.Step);
        }

        return all;
    }

    /// <summary>A rank has come so far, and may have told another incarnation of the coordinator.</summary>
    public void Reach(int rank, int step) => reached[rank] = Math.Max(reached[rank], step);

    /// <summary>What a step came to that a rank has told another incarnation of the coordinator, or none.</summary>
    public void Hear(StepCompleted earlier) => told.TryAdd(earlier.Step, earlier);

    public int RankOf(string workerId) => Members.ToList().FindIndex(member => member.Id == workerId);
}
