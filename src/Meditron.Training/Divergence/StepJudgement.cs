namespace Meditron.Training.Divergence;

/// <summary>A verdict on a step.</summary>
/// <param name="Verdict">What becomes of it.</param>
/// <param name="InARow">Steps in a row, this one included, that were left out; 0 where it is not.</param>
/// <param name="Reason">Why, in words; empty for an update.</param>
public sealed record StepJudgement(StepVerdict Verdict, int InARow, string Reason);
