namespace Meditron.Torch;

/// <summary>What tensors hold of the host's memory, counted at libtorch's allocator.</summary>
/// <param name="AllocatedBytes">Held now.</param>
/// <param name="PeakBytes">The most held at once since the start or the last reset.</param>
/// <param name="Allocations">Blocks ever allocated; a steady step leaves it as it is.</param>
/// <param name="LimitBytes">The limit set, or 0.</param>
/// <param name="TensorCount">Native tensors that live now.</param>
/// <param name="PeakTensorCount">The most that lived at once since the start or the last reset.</param>
/// <param name="CachedBytes">Kept for tensors to come, after <see cref="torch.reserve_memory"/>, and held by none.</param>
public readonly record struct MemoryStatistics(
    long AllocatedBytes,
    long PeakBytes,
    long Allocations,
    long LimitBytes,
    long TensorCount,
    long PeakTensorCount,
    long CachedBytes = 0);
