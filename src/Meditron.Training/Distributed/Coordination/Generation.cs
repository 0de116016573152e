using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>The layout that a job trains with now, and how far its ranks have come.</summary>
internal sealed class Generation
{
    public Generation(GenerationRaised raised)
    {
        Number = raised.Generation;
        Layout = new ParallelLayout(raised.Layout.Tensor, raised.Layout.Pipeline, raised.Layout.Data);
        Members = [.. raised.Members.OrderBy(member => member.Rank).Select(member => member.Worker)];
        Start = raised.Start;
        Endpoints = new RankEndpoints?[Layout.World];
        Ready = new GenerationReady?[Layout.World];
        Steps = new StepCompleted?[Layout.World];
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

    public int RankOf(string workerId) => Members.ToList().FindIndex(member => member.Id == workerId);
}
