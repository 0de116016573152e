using Meditron.Llama;
using Meditron.Training.Chaos;
using Meditron.Training.Checkpoints;
using Meditron.Training.Integrity;
using Meditron.Training.Parallel;

namespace Meditron.Training.Tests.Parallel;

/// <summary>One run of the ranks of a layout, each a thread of this process with groups of its own.</summary>
internal sealed record LayoutRun(LlamaConfig Model, TrainerOptions Options)
{
    public ParallelLayout Layout { get; init; } = ParallelLayout.Single;

    public PipelineScheduleKind Schedule { get; init; } = PipelineScheduleKind.OneForwardOneBackward;

    /// <summary>Steps to take.</summary>
    public int Steps { get; init; } = 3;

    public string Backend { get; init; } = "host";

    /// <summary>Threads that each rank computes with.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>What the ranks compare: everything in every step, so that no comparison ever finds what is not there.</summary>
    public IntegrityOptions Integrity { get; init; } = new() { HashInterval = 1, VerifyInterval = 1 };

    /// <summary>Makes faults happen, or null.</summary>
    public IFaultPoints? Faults { get; init; }

    /// <summary>Where the ranks save the state that they end with, or null.</summary>
    public CheckpointStore? SaveTo { get; init; }

    /// <summary>Whose one checkpoint the ranks begin with, or null.</summary>
    public CheckpointStore? ResumeFrom { get; init; }

    /// <summary>Takes the steps.</summary>
    public LayoutResult Run() => new LayoutRanks(this).Run();

    /// <summary>Takes the steps with the trainer of one process.</summary>
    public LayoutResult RunSingle() => LayoutRanks.Single(this);
}
