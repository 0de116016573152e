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

    /// <summary>The last step that every rank has.</summary>
    public int Common => reached.Min();

    /// <summary>The step that its ranks begin after; 0 where an earlier incarnation of the coordinator began it.</summary>
    private int From => AllReady ? Ready.Min(ready => ready!.Step) : 0;

    /// <summary>Takes a rank's report of a step.</summary>
    public void Take(StepCompleted completed)
    {
        Steps[completed.Rank] = completed;
        Reach(completed.Rank, completed.Step);
        Hear(completed);
    }

    /// <summary>A rank has come so far, and may have told another incarnation of the coordinator.</summary>
    public void Reach(int rank, int step) => reached[rank] = Math.Max(reached[rank], step);

    /// <summary>What a step came to, whoever was told.</summary>
    public void Hear(StepCompleted completed) => told.TryAdd(completed.Step, completed);

    /// <summary>The steps after another that all ranks have, oldest first, up to the first that nobody has told of.</summary>
    public IReadOnlyList<StepCompleted> Whole(int after)
    {
        var last = Math.Max(after, From);
        foreach (var old in told.Keys.Where(step => step <= last).ToList())
        {
            told.Remove(old);
        }

        var whole = new List<StepCompleted>();
        while (last < Common && told.Remove(last + 1, out var next))
        {
            whole.Add(next);
            last++;
        }

        return whole;
    }

    /// <summary>Whether all ranks have a step that nobody has told of: what was said of it is lost, or was said to an incarnation that has ended.</summary>
    public bool Lacks(int after) => Math.Max(after, From) < Common;

    /// <summary>The last step before the next that somebody has told of, or that all ranks have.</summary>
    public int Before(int after) => Math.Min(Common, told.Keys.Where(step => step > after).Select(step => step - 1).DefaultIfEmpty(Common).Min());

    public int RankOf(string workerId) => Members.ToList().FindIndex(member => member.Id == workerId);
}
