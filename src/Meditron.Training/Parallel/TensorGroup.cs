using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Distributed;

namespace Meditron.Training.Parallel;

/// <summary>The collectives of tensor-parallel ranks over a process group.</summary>
/// <param name="groups">The rank's groups, of which the tensor-parallel one is used.</param>
public sealed class TensorGroup(RankGroups groups) : ITensorGroup
{
    private ProcessGroup Group => groups.Tensor!;

    /// <inheritdoc/>
    public TensorShard Shard => new(Group.Rank, Group.Size);

    /// <inheritdoc/>
    public void AllGather(Tensor full, Tensor share)
    {
        using var waiting = groups.Waiting();
        Group.all_gather(full, share);
    }

    /// <inheritdoc/>
    public void ReduceScatter(Tensor share, Tensor full)
    {
        using var waiting = groups.Waiting();
        Group.reduce_scatter(share, full);
    }

    /// <inheritdoc/>
    public void AllReduce(Tensor tensor)
    {
        using var waiting = groups.Waiting();
        Group.all_reduce(tensor);
    }
}
