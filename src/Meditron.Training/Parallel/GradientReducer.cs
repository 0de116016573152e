using Meditron.Torch;
using Meditron.Torch.Distributed;
using Meditron.Torch.Kernels;

namespace Meditron.Training.Parallel;

/// <summary>
/// Reduces a bucket's gradients over the data-parallel ranks to the piece that this rank owns, summed along the canonical tree. Where the tree ends as one over
/// the ranks, the process group reduces along it as the pieces arrive; else the ranks exchange pieces (all-to-all; the same bytes as a ring), and the owner sums
/// them. A bucket's reduction runs while the backward pass goes on; at most two are under way.
/// </summary>
public sealed class GradientReducer : IDisposable
{
    private const int MostUnderWay = 2;

    private readonly ShardedState state;
    private readonly RankGroups groups;
    private readonly IKernels kernels;
    private readonly TimeSpan timeout;
    private readonly Tensor[][] received;
    private readonly IBucketReduction[][] reductions;
    private readonly int[] underWay = new int[MostUnderWay];
    private int begun;
    private int ended;

    /// <summary>Plans the exchanges and allocates their buffers.</summary>
    /// <param name="state">The shard, whose gradients receive the sums.</param>
    /// <param name="shares">The micro-batches of each rank.</param>
    /// <param name="groups">The rank's groups, of which the data-parallel one is used.</param>
    /// <param name="kernels">The operations.</param>
    /// <param name="timeout">How long one exchange may take.</param>
    public GradientReducer(ShardedState state, MicroBatchShares shares, RankGroups groups, IKernels kernels, TimeSpan timeout)
    {
        this.state = state;
        this.groups = groups;
        this.kernels = kernels;
        this.timeout = timeout;
        if (groups.Data is not null && shares.EndsAlongRanks())
        {
            received = [];
            reductions = [.. Enumerable.Range(0, MostUnderWay).Select(_ => state.Plan.Buckets.Select(bucket => new BucketTreeSum(bucket, state.Pieces[bucket.Index].Gradient)).ToArray())];
            return;
        }

        var buffers = groups.Data is null ? 0 : MostUnderWay;
        var rounds = Enumerable.Range(0, shares.Ranks).Max(rank => shares.NodesOf(rank).Count);
        var longest = state.Plan.Buckets.Max(bucket => bucket.PieceLength(state.Rank));
        received = [.. Enumerable.Range(0, buffers).Select(_ => Enumerable.Range(0, rounds)
            .Select(_ => torch.zeros([shares.Ranks * longest], ScalarType.Float32, state.Parameters.Device)).ToArray())];
        reductions = [.. received.Select(buffer => state.Plan.Buckets.Select(bucket => new BucketExchange(bucket, state.Rank, shares, buffer)).ToArray())];
    }

    /// <summary>Begins with a bucket whose sums over this rank's micro-batches are complete.</summary>
    /// <param name="bucket">The bucket; every rank begins them in the same order.</param>
    /// <param name="sums">This rank's sums, in the order of <see cref="MicroBatchShares.NodesOf"/>.</param>
    /// <exception cref="TorchException">A rank did not take part in time, or the group was aborted.</exception>
    public void Begin(GradientBucket bucket, IReadOnlyList<GradientBuffer> sums)
    {
        if (groups.Data is not { } group)
        {
            state.Pieces[bucket.Index].Gradient.copy_(sums[0].Bucket(bucket));
            return;
        }

        if (begun - ended == MostUnderWay)
        {
            EndOldest();
        }

        reductions[begun % MostUnderWay][bucket.Index].Begin(sums, group, timeout);
        underWay[begun % MostUnderWay] = bucket.Index;
        begun++;
    }

    /// <summary>Waits for what is under way; then every piece's sum is in the shard's gradients.</summary>
    /// <exception cref="TorchException">A rank did not take part in time, or the group was aborted.</exception>
    public void End()
    {
        while (ended < begun)
        {
            EndOldest();
        }

        begun = ended = 0;
    }

    /// <summary>Gives up what is under way, after a failure.</summary>
    public void Reset()
    {
        foreach (var reduction in reductions.SelectMany(buffer => buffer))
        {
            reduction.Reset();
        }

        begun = ended = 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var reduction in reductions.SelectMany(buffer => buffer))
        {
            reduction.Dispose();
        }

        foreach (var buffer in received.SelectMany(rounds => rounds))
        {
            buffer.Dispose();
        }
    }

    private void EndOldest()
    {
        var slot = ended % MostUnderWay;
        var bucket = underWay[slot];
        ended++;
        using var waiting = groups.Waiting();
        reductions[slot][bucket].End(state.Pieces[bucket].Gradient, kernels);
    }
}
