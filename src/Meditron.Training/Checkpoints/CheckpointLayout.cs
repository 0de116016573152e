namespace Meditron.Training.Checkpoints;

/// <summary>Degrees of parallelism.</summary>
/// <param name="Tensor">Tensor-parallel ranks.</param>
/// <param name="Pipeline">Pipeline stages.</param>
/// <param name="Data">Data-parallel ranks.</param>
public sealed record CheckpointLayout(int Tensor, int Pipeline, int Data);
