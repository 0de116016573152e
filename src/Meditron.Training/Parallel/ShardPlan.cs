using Meditron.Llama;

namespace Meditron.Training.Parallel;

/// <summary>
/// Which rank of a data-parallel group owns which part of a stage's gradients, moments and master weights (ZeRO stage 1, Rajbhandari et al. 2020):
/// every bucket is cut into one piece a rank, at places that leave the tree of the gradient norm whole.
/// </summary>
public sealed class ShardPlan
{
    /// <summary>Pieces begin at multiples of this many elements within a parameter: the block in which <c>sum_squares</c> adds.</summary>
    public const long BlockLength = 16384;

    private readonly long[] shardLengths;
    private readonly long[][] shardOffsets;

    private ShardPlan(ParameterLayout layout, int ranks, IReadOnlyList<GradientBucket> buckets)
    {
        Layout = layout;
        Ranks = ranks;
        Buckets = buckets;
        shardLengths = new long[ranks];
        shardOffsets = [.. Enumerable.Range(0, ranks).Select(_ => new long[buckets.Count])];
        foreach (var bucket in buckets)
        {
            for (var rank = 0; rank < ranks; rank++)
            {
                shardOffsets[rank][bucket.Index] = shardLengths[rank];
                shardLengths[rank] += bucket.PieceLength(rank);
            }
        }
    }

    /// <summary>The stage's parameters.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>Data-parallel ranks.</summary>
    public int Ranks { get; }

    /// <summary>The buckets in the order in which the backward pass completes them: output projection, layers from the last, embedding, norms.</summary>
    public IReadOnlyList<GradientBucket> Buckets { get; }

    /// <summary>The bucket of layer <paramref name="layer"/>, counted from the stage's first.</summary>
    public GradientBucket OfLayer(int layer) => Buckets[(HasHead ? 1 : 0) + Layout.Span.LayerCount - 1 - layer];

    /// <summary>The bucket of the output projection, or null where the stage has none of its own.</summary>
    public GradientBucket? OfHead => HasHead ? Buckets[0] : null;

    /// <summary>The bucket of the embedding, or null where the stage has none.</summary>
    public GradientBucket? OfEmbedding => HasEmbedding ? Buckets[(HasHead ? 1 : 0) + Layout.Span.LayerCount] : null;

    /// <summary>The bucket of the norms.</summary>
    public GradientBucket OfNorms => Buckets[^1];

    private bool HasHead => Layout.Contains(ParameterNames.Head);

    private bool HasEmbedding => Layout.Contains(ParameterNames.Embedding);

    /// <summary>Plans the shards. Allocates no tensor.</summary>
    public static ShardPlan Create(ParameterLayout layout, int ranks)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        var ranges = new List<(long Start, long End, bool IsNorms)>();
        if (layout.Contains(ParameterNames.Head))
        {
            ranges.Add((layout[ParameterNames.Head].Offset, layout.MatrixLength, false));
        }

        for (var layer = layout.Span.FirstLayer + layout.Span.LayerCount - 1; layer >= layout.Span.FirstLayer; layer--)
        {
            var down = layout[ParameterNames.Mlp(layer, "down")];
            ranges.Add((layout[ParameterNames.Attention(layer, 'q')].Offset, down.Offset + down.Length, false));
        }

        if (layout.Contains(ParameterNames.Embedding))
        {
            var embedding = layout[ParameterNames.Embedding];
            ranges.Add((embedding.Offset, embedding.Offset + embedding.Length, false));
        }

        ranges.Add((layout.MatrixLength, layout.Length, true));
        return new ShardPlan(
            layout, ranks, [.. ranges.Select((range, index) => new GradientBucket(index, range.Start, range.End - range.Start, range.IsNorms, Cut(layout, range.Start, range.End, ranks)))]);
    }

    /// <summary>Elements of a rank's shard.</summary>
    public long ShardLength(int rank) => shardLengths[rank];

    /// <summary>Elements of each bucket's piece in a rank's shard, in its order.</summary>
    public IReadOnlyList<long> PiecesOf(int rank) => [.. Buckets.Select(bucket => bucket.PieceLength(rank))];

    /// <summary>Where a bucket's piece begins in a rank's shard buffers.</summary>
    public long ShardOffset(int rank, GradientBucket bucket) => shardOffsets[rank][bucket.Index];

    /// <summary>The parts of parameters in a rank's shard, in the order of the shard.</summary>
    public IReadOnlyList<ShardSlice> SlicesOf(int rank)
    {
        var slices = new List<ShardSlice>();
        foreach (var bucket in Buckets)
        {
            long start = bucket.PieceStart(rank), end = start + bucket.PieceLength(rank);
            foreach (var parameter in Layout.Parameters)
            {
                var from = Math.Max(start, parameter.Offset);
                var to = Math.Min(end, parameter.Offset + parameter.Length);
                if (from < to)
                {
                    slices.Add(new ShardSlice(parameter, from - parameter.Offset, to - from, ShardOffset(rank, bucket) + from - start));
                }
            }
        }

        return slices;
    }

    /// <summary>For each rank the allowed place nearest to an even cut; a place that two ranks share leaves one of them nothing.</summary>
    private static long[] Cut(ParameterLayout layout, long start, long end, int ranks)
    {
        var cuts = new long[ranks + 1];
        cuts[ranks] = end - start;
        for (var rank = 1; rank < ranks; rank++)
        {
            var ideal = start + (long)((Int128)(end - start) * rank / ranks);
            cuts[rank] = Math.Max(cuts[rank - 1], Nearest(layout, start, end, ideal) - start);
        }

        return cuts;
    }

    private static long Nearest(ParameterLayout layout, long start, long end, long ideal)
    {
        var best = start;
        foreach (var parameter in layout.Parameters)
        {
            if (parameter.Offset < start || parameter.Offset >= end)
            {
                continue;
            }

            var within = Math.Clamp(ideal - parameter.Offset, 0, parameter.Length);
            var below = parameter.Offset + within / BlockLength * BlockLength;
            var above = Math.Min(below + BlockLength, parameter.Offset + parameter.Length);
            best = Closer(Closer(best, below), above);
        }

        return Closer(best, end);

        long Closer(long a, long b) => Math.Abs(b - ideal) < Math.Abs(a - ideal) ? b : a;
    }
}
