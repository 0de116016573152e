using Meditron.Training.Parallel;

namespace Meditron.Training.Planning;

/// <summary>What is predicted of a layout, or why it cannot be used.</summary>
/// <param name="Layout">The layout.</param>
/// <param name="Problem">Why it cannot be used, with the numbers; null where it can.</param>
/// <param name="Stages">The stages; empty where the layout does not divide model or batch.</param>
/// <param name="MicroBatches">Micro-batches of a step on the rank that has most.</param>
/// <param name="Bubble">Share of a step in which a stage waits for the pipeline to fill and drain.</param>
/// <param name="UpdateSeconds">The optimizer's update of a shard.</param>
/// <param name="StepSeconds">A step.</param>
/// <param name="TokensPerSecond">Tokens a second of all ranks together.</param>
/// <param name="PeakShare">Share of the devices' peak that the matrix work of the model reaches.</param>
public sealed record LayoutPlan(
    ParallelLayout Layout,
    string? Problem,
    IReadOnlyList<StagePrediction> Stages,
    int MicroBatches,
    double Bubble,
    double UpdateSeconds,
    double StepSeconds,
    double TokensPerSecond,
    double PeakShare)
{
    /// <summary>Whether it can be used.</summary>
    public bool IsGood => Problem is null;

    /// <summary>A layout that cannot be worked out.</summary>
    public static LayoutPlan Refused(ParallelLayout layout, string problem) => new(layout, problem, [], 0, 0, 0, 0, 0, 0);
}
