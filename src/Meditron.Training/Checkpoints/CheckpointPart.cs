namespace Meditron.Training.Checkpoints;

/// <summary>What one rank contributed to a checkpoint: its file, and the slices in it.</summary>
/// <param name="File">The file with the checksums of its blocks.</param>
/// <param name="Slices">The slices, each with the name and the global shape of its tensor.</param>
public sealed record CheckpointPart(CheckpointFile File, IReadOnlyList<CheckpointPartSlice> Slices);
