namespace Meditron.Training.Checkpoints;

/// <summary>One slice that a rank wrote.</summary>
/// <param name="Tensor">Name of the tensor, as in <see cref="CheckpointTensor"/>.</param>
/// <param name="Shape">Its global shape.</param>
/// <param name="Slice">The slice.</param>
public sealed record CheckpointPartSlice(string Tensor, IReadOnlyList<long> Shape, CheckpointSlice Slice);
