using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Parallel;

namespace Meditron.Training.Integrity;

/// <summary>
/// What a rank says of its weights: a hash of each data-parallel rank's part of its weights for the products, one of its own part as its fp32 weights have it
/// rounded, and one of the norms, which tensor-parallel ranks share.
/// </summary>
internal sealed class WeightHashes : IDisposable
{
    private readonly ShardedState state;
    private readonly IKernels kernels;
    private readonly Tensor[][] parts;
    private readonly Tensor norms;
    private Tensor? rounded;

    public WeightHashes(ShardedState state, IKernels kernels)
    {
        this.state = state;
        this.kernels = kernels;
        var flat = state.Parameters.Compute.Flat;
        parts =
        [
            .. Enumerable.Range(0, state.Plan.Ranks).Select(owner => state.Plan.Buckets.Where(bucket => bucket.PieceLength(owner) > 0)
                .Select(bucket => flat.narrow(0, bucket.PieceStart(owner), bucket.PieceLength(owner))).ToArray()),
        ];
        norms = flat.narrow(0, state.Plan.OfNorms.Start, state.Plan.OfNorms.Length);
    }

    /// <summary>Words that a rank says.</summary>
    /// <param name="ranks">Data-parallel ranks.</param>
    public static int WordsOf(int ranks) => ranks + 2;

    /// <summary>Computes them.</summary>
    public void Fill(Span<long> words)
    {
        for (var owner = 0; owner < parts.Length; owner++)
        {
            words[owner] = (long)parts[owner].Aggregate(0UL, (hash, part) => Mix(hash, kernels.checksum(part)));
        }

        words[parts.Length] = (long)state.Pieces.Where(piece => piece.Length > 0).Aggregate(0UL, (hash, piece) => Mix(hash, OfRounded(piece)));
        words[parts.Length + 1] = (long)kernels.checksum(norms);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        rounded?.Dispose();
        norms.Dispose();
        foreach (var part in parts.SelectMany(part => part))
        {
            part.Dispose();
        }
    }

    /// <summary>Takes one more number into a hash.</summary>
    public static ulong Mix(ulong hash, ulong next)
    {
        hash = (hash ^ next) * 0x9fb21c651e98df25;
        return hash ^ (hash >> 32);
    }

    private ulong OfRounded(ShardPiece piece)
    {
        if (piece.ComputeCopy.dtype == ScalarType.Float32)
        {
            return kernels.checksum(piece.State.master);
        }

        rounded ??= torch.zeros([state.Pieces.Max(other => other.Length)], piece.ComputeCopy.dtype, piece.ComputeCopy.device);
        using var target = rounded.narrow(0, 0, piece.Length);
        target.copy_(piece.State.master);
        return kernels.checksum(target);
    }
}
