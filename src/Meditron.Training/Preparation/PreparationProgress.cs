namespace Meditron.Training.Preparation;

/// <summary>How far the preparation of the data is.</summary>
/// <param name="What">What is being done, in words.</param>
/// <param name="Done">Share done, 0 to 1, or null where it is not known.</param>
public readonly record struct PreparationProgress(string What, double? Done);
