using Meditron.Torch;
using Meditron.Torch.Distributed;
using Meditron.Torch.Kernels;

namespace Meditron.Training.Parallel;

/// <summary>One bucket's reduction where every rank holds one sum and the canonical tree ends as the tree over the ranks: a reduce-scatter straight into the shard.</summary>
/// <param name="bucket">The bucket.</param>
/// <param name="destination">This rank's piece of the shard's gradients.</param>
internal sealed class BucketTreeSum(GradientBucket bucket, Tensor destination) : IBucketReduction
{
    private readonly long[] splits = [.. Enumerable.Range(0, bucket.Cuts.Count - 1).Select(bucket.PieceLength)];
    private Work pending;

    /// <inheritdoc/>
    public void Begin(IReadOnlyList<GradientBuffer> sums, ProcessGroup group, TimeSpan timeout) =>
        pending = group.reduce_scatter(destination, sums[0].Bucket(bucket), ReduceOp.TreeSum, async_op: true, timeout, splits);

    /// <inheritdoc/>
    public void End(Tensor destination, IKernels kernels)
    {
        using var work = pending;
        pending = default;
        work.Wait();
    }

    /// <inheritdoc/>
    public void Reset()
    {
        pending.Dispose();
        pending = default;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
