using Meditron.Torch;
using Meditron.Torch.Distributed;

namespace Meditron.Training.Parallel;

/// <summary>Brings every rank's updated pieces of the compute weights together again, bucket by bucket.</summary>
public sealed class WeightGatherer : IDisposable
{
    private readonly RankGroups groups;
    private readonly TimeSpan timeout;
    private readonly (Tensor All, Tensor Own, long[] Splits)[] buckets;
    private readonly Work[] pending;

    /// <summary>Plans the gathers.</summary>
    public WeightGatherer(ShardedState state, RankGroups groups, TimeSpan timeout)
    {
        this.groups = groups;
        this.timeout = timeout;
        var flat = state.Parameters.Compute.Flat;
        buckets =
        [
            .. state.Plan.Buckets.Select(bucket => (
                flat.narrow(0, bucket.Start, bucket.Length),
                flat.narrow(0, bucket.PieceStart(state.Rank), bucket.PieceLength(state.Rank)),
                Enumerable.Range(0, state.Plan.Ranks).Select(bucket.PieceLength).ToArray())),
        ];
        pending = new Work[buckets.Length];
    }

    /// <summary>Begins with a bucket whose own piece is up to date.</summary>
    public void Begin(int bucket)
    {
        if (groups.Data is { } group)
        {
            var (all, own, splits) = buckets[bucket];
            pending[bucket] = group.all_gather(all, own, async_op: true, timeout, splits);
        }
    }

    /// <summary>Waits for every bucket.</summary>
    /// <exception cref="TorchException">A rank did not take part in time, or the group was aborted.</exception>
    public void End()
    {
        for (var bucket = pending.Length - 1; bucket >= 0; bucket--)
        {
            using var work = pending[bucket];
            pending[bucket] = default;
            using var waiting = groups.Waiting();
            work.Wait();
        }
    }

    /// <summary>Gives up what is under way, after a failure.</summary>
    public void Reset()
    {
        foreach (ref var work in pending.AsSpan())
        {
            work.Dispose();
            work = default;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (all, own, _) in buckets)
        {
            own.Dispose();
            all.Dispose();
        }
    }
}
