namespace Meditron.Training.Parallel;

/// <summary>Where a rank stands in a <see cref="ParallelLayout"/>.</summary>
/// <param name="Tensor">Index among the ranks that share its layers.</param>
/// <param name="Data">Index among the ranks that hold the same weights.</param>
/// <param name="Stage">Pipeline stage, 0 for the one with the embedding.</param>
public readonly record struct RankCoordinates(int Tensor, int Data, int Stage);
