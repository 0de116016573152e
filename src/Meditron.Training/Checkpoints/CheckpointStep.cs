namespace Meditron.Training.Checkpoints;

/// <summary>What a step before a checkpoint came to; the verdicts on later steps depend on it.</summary>
/// <param name="Step">The step.</param>
/// <param name="Loss">Its loss.</param>
/// <param name="GradientNorm">Its gradient norm.</param>
/// <param name="InARow">Steps in a row up to it that were left out; 0 where its update was made.</param>
public sealed record CheckpointStep(int Step, double Loss, double GradientNorm, int InARow = 0)
{
    /// <summary>Of what is remembered, what a checkpoint needs.</summary>
    /// <param name="history">What is remembered.</param>
    /// <param name="step">The checkpoint's step.</param>
    /// <param name="options">The policy, for its window.</param>
    public static IReadOnlyList<CheckpointStep> Of(Recovery.StepHistory history, int step, Divergence.DivergenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(options);
        var window = options.LossSpike == Divergence.LossSpikeAction.Off ? 1 : options.Window;
        return [.. history.Entries.Where(entry => entry.Step > step - window && entry.Step > 0).Select(Of)];
    }

    /// <summary>From what is remembered of a step.</summary>
    public static CheckpointStep Of(Recovery.StepPosition position)
    {
        ArgumentNullException.ThrowIfNull(position);
        return new CheckpointStep(position.Step, position.Loss, position.GradientNorm, position.InARow);
    }

    /// <summary>As something that is remembered; counts of samples and updates are not known.</summary>
    public Recovery.StepPosition ToPosition() => new(Step, 0, 0, 0, Loss, GradientNorm, 0, InARow);
}
