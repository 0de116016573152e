using Meditron.Training.Divergence;

namespace Meditron.Training;

/// <summary>What one optimizer step did, as the live view, the metrics file and the loss chart get it.</summary>
/// <param name="Step">The step, counted from 1.</param>
/// <param name="TotalSteps">The steps of the whole run.</param>
/// <param name="Loss">Mean training loss of the step's tokens, in nats.</param>
/// <param name="ValidationLoss">Mean validation loss, where it was measured after this step.</param>
/// <param name="LearningRate">The learning rate that the step used.</param>
/// <param name="GradNorm">Global gradient norm before clipping.</param>
/// <param name="Skipped">Whether the update was left out because the step's numbers were not finite, or its loss a spike.</param>
/// <param name="Tokens">Tokens consumed since the run began, this step included.</param>
/// <param name="TokensPerSecond">Tokens of this step by its time.</param>
/// <param name="Gflops">Matrix work of this step by its time, in 1e9 floating-point operations a second.</param>
/// <param name="Elapsed">Time since the run began or was resumed.</param>
/// <param name="Judgement">What became of the step, where it is not an update.</param>
public sealed record StepReport(
    int Step,
    int TotalSteps,
    double Loss,
    double? ValidationLoss,
    double LearningRate,
    double GradNorm,
    bool Skipped,
    long Tokens,
    double TokensPerSecond,
    double Gflops,
    TimeSpan Elapsed,
    StepJudgement? Judgement = null)
{
    /// <summary>Seconds for which the copy of the state on another machine held the step up; null where nothing is copied.</summary>
    public double? CopySeconds { get; init; }

    /// <summary>What became of the step; one that is rolled back or stopped at was not taken.</summary>
    public StepVerdict Verdict => Judgement?.Verdict ?? StepVerdict.Update;
}
