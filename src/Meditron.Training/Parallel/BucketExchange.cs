using Meditron.Torch;
using Meditron.Torch.Distributed;
using Meditron.Torch.Kernels;

namespace Meditron.Training.Parallel;

/// <summary>One bucket's exchange of pieces, worked out once: who sends what in which round, and in which order the owner adds.</summary>
internal sealed class BucketExchange : IBucketReduction
{
    private readonly GradientBucket bucket;
    private readonly List<Tensor> views = [];
    private readonly long[] wholeSplits;
    private readonly long[] noSplits;
    private readonly Tensor nothing;
    private readonly (Tensor Output, long[] Splits)[] rounds;
    private readonly List<(Tensor Left, Tensor Right)> additions = [];
    private readonly Tensor? sum;
    private readonly Work[] pending;

    /// <summary>Works the exchange out.</summary>
    /// <param name="bucket">The bucket.</param>
    /// <param name="self">This rank.</param>
    /// <param name="shares">The micro-batches of each rank.</param>
    /// <param name="received">For each round a buffer with room for one piece from each rank.</param>
    public BucketExchange(GradientBucket bucket, int self, MicroBatchShares shares, Tensor[] received)
    {
        this.bucket = bucket;
        wholeSplits = [.. Enumerable.Range(0, shares.Ranks).Select(bucket.PieceLength)];
        noSplits = new long[shares.Ranks];
        nothing = Keep(received[0].narrow(0, 0, 0));
        rounds = new (Tensor, long[])[received.Length];
        pending = new Work[received.Length];
        var length = bucket.PieceLength(self);
        var nodes = new Dictionary<TreeNode, Tensor>();
        for (var round = 0; round < rounds.Length; round++)
        {
            var splits = new long[shares.Ranks];
            long offset = 0;
            for (var rank = 0; rank < shares.Ranks; rank++)
            {
                var sent = shares.NodesOf(rank);
                if (round < sent.Count)
                {
                    splits[rank] = length;
                    nodes.Add(sent[round], Keep(received[round].narrow(0, offset, length)));
                    offset += length;
                }
            }

            rounds[round] = (Keep(received[round].narrow(0, 0, offset)), splits);
        }

        sum = length == 0 ? null : CanonicalTree.Combine(nodes, shares.Total, (left, right) =>
        {
            additions.Add((left, right));
            return left;
        });
    }

    /// <inheritdoc/>
    public void Begin(IReadOnlyList<GradientBuffer> sums, ProcessGroup group, TimeSpan timeout)
    {
        for (var round = 0; round < rounds.Length; round++)
        {
            var sends = round < sums.Count;
            pending[round] = group.all_to_all(
                rounds[round].Output, sends ? sums[round].Bucket(bucket) : nothing, rounds[round].Splits, sends ? wholeSplits : noSplits, async_op: true, timeout);
        }
    }

    /// <inheritdoc/>
    public void End(Tensor destination, IKernels kernels)
    {
        foreach (ref var work in pending.AsSpan())
        {
            using var ending = work;
            work = default;
            ending.Wait();
        }

        if (sum is null)
        {
            return;
        }

        foreach (var (left, right) in additions)
        {
            kernels.add(left, right);
        }

        destination.copy_(sum);
    }

    /// <inheritdoc/>
    public void Reset()
    {
        foreach (ref var work in pending.AsSpan())
        {
            work.Dispose();
            work = default;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => views.ForEach(view => view.Dispose());

    private Tensor Keep(Tensor view)
    {
        views.Add(view);
        return view;
    }
}
