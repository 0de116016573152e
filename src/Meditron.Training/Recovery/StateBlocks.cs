using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Training.Recovery;

/// <summary>Which run of a shard each checksum is of: every piece that is updated as a whole begins a block of its own.</summary>
public sealed class StateBlocks
{
    private readonly long[] starts;
    private readonly int[] firsts;

    /// <summary>Cuts the blocks.</summary>
    /// <param name="pieces">Elements of each piece, in the shard's order; may be none.</param>
    public StateBlocks(IReadOnlyList<long> pieces)
    {
        ArgumentNullException.ThrowIfNull(pieces);
        Pieces = pieces;
        starts = new long[pieces.Count + 1];
        firsts = new int[pieces.Count + 1];
        for (var piece = 0; piece < pieces.Count; piece++)
        {
            starts[piece + 1] = starts[piece] + pieces[piece];
            firsts[piece + 1] = firsts[piece] + StateBlock.CountOf(pieces[piece]);
        }
    }

    /// <summary>Elements of each piece.</summary>
    public IReadOnlyList<long> Pieces { get; }

    /// <summary>Elements of the shard.</summary>
    public long Elements => starts[^1];

    /// <summary>Blocks of the shard.</summary>
    public int Count => firsts[^1];

    /// <summary>A piece's part of the shard's checksums.</summary>
    public Span<ulong> Of(int piece, Span<ulong> checksums) => checksums[firsts[piece]..firsts[piece + 1]];

    /// <summary>The checksums of a whole version.</summary>
    public void Compute(IKernels kernels, AdamWState version, Span<ulong> checksums)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        for (var piece = 0; piece < Pieces.Count; piece++)
        {
            using var part = new StatePart(version, starts[piece], Pieces[piece]);
            kernels.state_checksums(part.State, Of(piece, checksums));
        }
    }

    /// <summary>Compares a run of a version with its checksums, and puts blocks right in which one bit has changed.</summary>
    /// <param name="kernels">The operations.</param>
    /// <param name="version">The version.</param>
    /// <param name="checksums">Its checksums.</param>
    /// <param name="first">First element of the run; the blocks that hold a part of it are compared.</param>
    /// <param name="length">Elements of the run.</param>
    /// <param name="mended">Told of each block that was put right, in words.</param>
    /// <returns>What is wrong with it, in words; null where nothing is.</returns>
    public string? Verify(IKernels kernels, AdamWState version, Span<ulong> checksums, long first, long length, Action<string> mended)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        for (var piece = 0; piece < Pieces.Count; piece++)
        {
            var begin = Math.Max(first, starts[piece]) - starts[piece];
            var end = Math.Min(first + length, starts[piece + 1]) - starts[piece];
            if (begin >= end)
            {
                continue;
            }

            var firstBlock = (int)(begin / StateBlock.Length);
            var lastBlock = (int)((end - 1) / StateBlock.Length);
            var from = (long)firstBlock * StateBlock.Length;
            using var part = new StatePart(version, starts[piece] + from, Math.Min((lastBlock + 1L) * StateBlock.Length, Pieces[piece]) - from);
            var expected = Of(piece, checksums)[firstBlock..(lastBlock + 1)];
            var found = new ulong[expected.Length];
            kernels.state_checksums(part.State, found);
            for (var block = 0; block < found.Length; block++)
            {
                if (found[block] != expected[block] && Mend(part.State, block, ref expected[block], firsts[piece] + firstBlock + block, starts[piece] + from, mended) is { } problem)
                {
                    return problem;
                }
            }
        }

        return null;
    }

    /// <summary>Puts a block of a piece right in which one bit has changed.</summary>
    /// <param name="version">The piece's part of the version.</param>
    /// <param name="piece">The piece.</param>
    /// <param name="block">The block, counted from the piece's first.</param>
    /// <param name="checksums">The version's checksums.</param>
    /// <param name="mended">Told what was put right, in words.</param>
    /// <returns>What is wrong with it, in words; null where it was put right.</returns>
    public string? Mend(AdamWState version, int piece, int block, Span<ulong> checksums, Action<string> mended) =>
        Mend(version, block, ref Of(piece, checksums)[block], firsts[piece] + block, starts[piece], mended);

    private static string? Mend(AdamWState part, int block, ref ulong checksum, int number, long start, Action<string> mended)
    {
        var first = start + (long)block * StateBlock.Length;
        var where = $"block {number} (elements {first} to {first + Math.Min(StateBlock.Length, part.master.numel() - (long)block * StateBlock.Length) - 1} of the shard)";
        if (StateBlock.Mend(part, block, ref checksum) is { } bit)
        {
            mended($"{where}: {bit} had changed and was put right");
            return null;
        }

        return $"{where} does not have its checksum, and more than one bit of it has changed";
    }
}
