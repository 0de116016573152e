namespace Meditron.Training.Checkpoints;

/// <summary>What a step before a checkpoint came to: the verdicts on later steps depend on it, and a job that goes on from the checkpoint may have no record of it.</summary>
/// <param name="Step">The step.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="GradientNorm">Its gradient norm.</param>
/// <param name="InARow">Steps in a row up to it that were left out; 0 where its update was made.</param>
/// <param name="SamplesConsumed">Samples consumed up to it; 0 in checkpoints that do not tell.</param>
/// <param name="Updates">Optimizer updates made up to it.</param>
/// <param name="SkippedSteps">Steps left out up to it.</param>
/// <param name="LearningRate">Its learning rate.</param>
public sealed record CheckpointStep(
    int Step, double Loss, double GradientNorm, int InARow = 0, long SamplesConsumed = 0, long Updates = 0, long SkippedSteps = 0, double LearningRate = 0)
{
    /// <summary>What is remembered of steps.</summary>
    public static IReadOnlyList<CheckpointStep> Of(Recovery.StepHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        return [.. history.Entries.Where(entry => entry.Step > 0).Select(Of)];
    }

    /// <summary>From what is remembered of a step.</summary>
    public static CheckpointStep Of(Recovery.StepPosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        return new CheckpointStep(position.Step, position.Loss, position.GradientNorm, position.InARow, position.SamplesConsumed, position.Updates, position.SkippedSteps, position.LearningRate);
    }

    /// <summary>As something that is remembered.</summary>
    public Recovery.StepPosition ToPosition() => new(Step, SamplesConsumed, Updates, SkippedSteps, Loss, GradientNorm, LearningRate, InARow);
}
