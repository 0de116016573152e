namespace Meditron.Training.Checkpoints;

/// <summary>A run of elements of a flattened tensor, and the file that holds it.</summary>
/// <param name="File">File name in the checkpoint's folder.</param>
/// <param name="Key">Name of the slice in that safetensors file.</param>
/// <param name="Start">First element in the flattened global tensor.</param>
/// <param name="Length">Elements.</param>
public sealed record CheckpointSlice(string File, string Key, long Start, long Length);
