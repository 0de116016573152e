using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Distributed;

namespace Meditron.Training.Parallel;

/// <summary>The collectives of tensor-parallel ranks over a process group.</summary>
/// <param name="group">The group.</param>
public sealed class TensorGroup(ProcessGroup group) : ITensorGroup
{
    /// <inheritdoc/>
    public TensorShard Shard => new(group.Rank, group.Size);

    /// <inheritdoc/>
    public void AllGather(Tensor full, Tensor share) => group.all_gather(full, share);

    /// <inheritdoc/>
    public void ReduceScatter(Tensor share, Tensor full) => group.reduce_scatter(share, full);

    /// <inheritdoc/>
    public void AllReduce(Tensor tensor) => group.all_reduce(tensor);
}
