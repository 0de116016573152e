namespace Meditron.Training.Recovery;

/// <summary>Where training stands with a version of the state.</summary>
/// <param name="Step">Steps finished.</param>
/// <param name="SamplesConsumed">Samples consumed by all ranks.</param>
/// <param name="Updates">Optimizer updates made.</param>
/// <param name="SkippedSteps">Steps whose update was skipped.</param>
public sealed record StepPosition(int Step, long SamplesConsumed, long Updates, long SkippedSteps);
