namespace Meditron.Training.Recovery;

/// <summary>Where training stands with a version of the state, and what its last step came to.</summary>
/// <param name="Step">Steps finished.</param>
/// <param name="SamplesConsumed">Samples consumed by all ranks.</param>
/// <param name="Updates">Optimizer updates made.</param>
/// <param name="SkippedSteps">Steps whose update was skipped.</param>
/// <param name="Loss">Loss of the last step; not a number where it is not known.</param>
/// <param name="GradientNorm">Gradient norm of the last step; not a number where it is not known.</param>
/// <param name="LearningRate">Learning rate of the last step.</param>
/// <param name="InARow">Steps in a row up to there whose updates were left out; 0 where the last one's was made.</param>
public sealed record StepPosition(
    int Step, long SamplesConsumed, long Updates, long SkippedSteps, double Loss = double.NaN, double GradientNorm = double.NaN, double LearningRate = 0, int InARow = 0);
