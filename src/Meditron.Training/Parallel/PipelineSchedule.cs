namespace Meditron.Training.Parallel;

/// <summary>What one stage does in a step, in order: a pure function of the schedule, the stage and the number of micro-batches.</summary>
public sealed class PipelineSchedule
{
    private PipelineSchedule(IReadOnlyList<PipelineOperation> operations, int slots)
    {
        Operations = operations;
        Slots = slots;
    }

    /// <summary>The passes, in the order in which the stage takes them; backward passes follow the order of the micro-batches, which the sum of gradients needs.</summary>
    public IReadOnlyList<PipelineOperation> Operations { get; }

    /// <summary>Micro-batches that are between their forward and their backward pass at once, at the most.</summary>
    public int Slots { get; }

    /// <summary>The schedule of one stage.</summary>
    /// <param name="kind">Which schedule.</param>
    /// <param name="stage">The stage, 0 for the first.</param>
    /// <param name="stages">Stages of the pipeline.</param>
    /// <param name="microBatches">Micro-batches of the data-parallel rank in a step.</param>
    public static PipelineSchedule Create(PipelineScheduleKind kind, int stage, int stages, int microBatches)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stage);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(stage, stages);
        ArgumentOutOfRangeException.ThrowIfNegative(microBatches);
        var warmup = kind == PipelineScheduleKind.GPipe ? microBatches : Math.Min(stages - 1 - stage, microBatches);
        var operations = new List<PipelineOperation>(2 * microBatches);
        for (var micro = 0; micro < warmup; micro++)
        {
            operations.Add(new PipelineOperation(true, micro));
        }

        for (var micro = 0; micro < microBatches; micro++)
        {
            if (warmup + micro < microBatches)
            {
                operations.Add(new PipelineOperation(true, warmup + micro));
            }

            operations.Add(new PipelineOperation(false, micro));
        }

        var slots = kind == PipelineScheduleKind.GPipe ? microBatches : Math.Min(warmup + 1, microBatches);
        return new PipelineSchedule(operations, Math.Max(1, slots));
    }

    /// <summary>
    /// The share of a step in which a device of an evenly divided pipeline has nothing to do, (p - 1) / (m + p - 1) for p stages and m
    /// micro-batches (Narayanan et al. 2021, section 2.2); the same for both schedules.
    /// </summary>
    public static double Bubble(int stages, int microBatches) => (stages - 1.0) / (microBatches + stages - 1.0);
}
