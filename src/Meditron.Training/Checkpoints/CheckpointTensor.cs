namespace Meditron.Training.Checkpoints;

/// <summary>One tensor of the training state, put together from slices.</summary>
/// <param name="Name">Hugging Face's name of the parameter; moments have it behind <c>exp_avg.</c> or <c>exp_avg_sq.</c>.</param>
/// <param name="Shape">Global shape.</param>
/// <param name="Slices">Slices that cover the flattened tensor without gap or overlap.</param>
public sealed record CheckpointTensor(string Name, IReadOnlyList<long> Shape, IReadOnlyList<CheckpointSlice> Slices);
