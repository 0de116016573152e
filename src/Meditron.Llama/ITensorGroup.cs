using Meditron.Torch;

namespace Meditron.Llama;

/// <summary>
/// What tensor-parallel ranks say to each other within a layer. The residual stream is shared by tokens (sequence parallelism, Korthikanti et al. 2022),
/// so that what all ranks need is gathered and what each has a part of is reduced to shares; ranks add in their order.
/// </summary>
public interface ITensorGroup
{
    /// <summary>This rank's share.</summary>
    TensorShard Shard { get; }

    /// <summary>full = the shares of all ranks, one after the other.</summary>
    void AllGather(Tensor full, Tensor share);

    /// <summary>share = this rank's share of the sum of all ranks' tensors.</summary>
    void ReduceScatter(Tensor share, Tensor full);

    /// <summary>tensor = the sum of all ranks' tensors.</summary>
    void AllReduce(Tensor tensor);
}
