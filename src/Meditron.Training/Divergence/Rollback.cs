using Meditron.Training.Recovery;

namespace Meditron.Training.Divergence;

/// <summary>
/// A part of the run whose updates do not count: training went on after step <paramref name="To"/>, with the next batches, from the weights and moments of step
/// <paramref name="From"/>.
/// </summary>
/// <param name="From">The step whose state was kept.</param>
/// <param name="To">The step that diverged; it and those since <paramref name="From"/> count as skipped.</param>
/// <param name="InARow">Steps in a row that were left out, one for the whole rollback.</param>
/// <param name="Loss">The loss that led to it.</param>
/// <param name="GradientNorm">The gradient norm there.</param>
public sealed record Rollback(int From, int To, int InARow, double Loss, double GradientNorm)
{
    /// <summary>Where training stands once it has gone through this.</summary>
    /// <param name="position">Where it stood: after <see cref="From"/>.</param>
    /// <param name="options">What a step does.</param>
    public StepPosition After(StepPosition position, TrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(position);
        ArgumentNullException.ThrowIfNull(options);
        var steps = To - From;
        return position with
        {
            Step = To,
            SamplesConsumed = position.SamplesConsumed + (long)steps * options.GlobalBatch,
            SkippedSteps = position.SkippedSteps + steps,
            Loss = Loss,
            GradientNorm = GradientNorm,
            LearningRate = options.LearningRate.At(To),
            InARow = InARow,
        };
    }

    /// <summary>The verdict as the run's record has it.</summary>
    public StepJudgement Judgement => new(StepVerdict.Skip, InARow, $"rolled back: steps {From + 1} to {To} count as skipped, and training goes on with the weights of step {From}");
}
