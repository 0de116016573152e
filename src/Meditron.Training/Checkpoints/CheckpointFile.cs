namespace Meditron.Training.Checkpoints;

/// <summary>One file of a checkpoint.</summary>
/// <param name="Name">File name in the checkpoint's folder.</param>
/// <param name="Bytes">Size.</param>
/// <param name="BlockBytes">Size of a checksummed block; the last may be shorter.</param>
/// <param name="Checksums">Of each block, lower-case hexadecimal, by <see cref="BlockChecksums"/>.</param>
public sealed record CheckpointFile(string Name, long Bytes, int BlockBytes, IReadOnlyList<string> Checksums);
