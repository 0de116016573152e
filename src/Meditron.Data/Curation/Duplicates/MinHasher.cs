using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Meditron.Data.Curation.Analysis;

namespace Meditron.Data.Curation.Duplicates;

/// <summary>
/// MinHash signatures (Broder 1997) of a document's set of word shingles: the share of equal places of two signatures estimates the Jaccard similarity of
/// the sets. Safe to use from several threads.
/// </summary>
public sealed class MinHasher
{
    private readonly int shingle;
    private readonly uint[] flips;
    private readonly uint[] factors;

    /// <summary>A family of hash functions.</summary>
    /// <param name="permutations">The length of a signature, a multiple of 16.</param>
    /// <param name="shingleWords">Words of a shingle.</param>
    /// <param name="seed">Chooses the functions.</param>
    public MinHasher(int permutations, int shingleWords, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(permutations % 16, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(shingleWords, 1);
        Permutations = permutations;
        shingle = shingleWords;
        flips = new uint[permutations];
        factors = new uint[permutations];
        for (var i = 0; i < permutations; i++)
        {
            var random = Hash64.Finish(Hash64.Combine((ulong)seed, (ulong)i));
            flips[i] = (uint)random;
            factors[i] = (uint)(random >> 32) | 1;
        }
    }

    /// <summary>The length of a signature.</summary>
    public int Permutations { get; }

    /// <summary>Computes the signature of a document from the hashes of its words; a document shorter than a shingle is one shingle.</summary>
    public void Compute(ReadOnlySpan<ulong> words, Span<uint> signature)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(signature.Length, Permutations);
        signature.Fill(uint.MaxValue);
        if (words.Length < shingle)
        {
            Add(ShingleHash(words), signature);
            return;
        }

        for (var i = 0; i + shingle <= words.Length; i++)
        {
            Add(ShingleHash(words.Slice(i, shingle)), signature);
        }
    }

    /// <summary>The hash of a shingle, before the permutations.</summary>
    internal static uint ShingleHash(ReadOnlySpan<ulong> words)
    {
        ulong hash = 0x51_7c_c1_b7_27_22_0a_95UL;
        foreach (var word in words)
        {
            hash = (hash + word) * 0xd6e8_feb8_6659_fd93UL;
            hash ^= hash >> 32;
        }

        return (uint)hash;
    }

    /// <summary>How many places of two signatures are equal.</summary>
    public static int Matches(ReadOnlySpan<uint> a, ReadOnlySpan<uint> b)
    {
        var left = MemoryMarshal.Cast<uint, Vector512<uint>>(a);
        var right = MemoryMarshal.Cast<uint, Vector512<uint>>(b);
        var count = 0;
        for (var i = 0; i < left.Length; i++)
        {
            count += System.Numerics.BitOperations.PopCount(Vector512.Equals(left[i], right[i]).ExtractMostSignificantBits());
        }

        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(uint x, Span<uint> signature)
    {
        var minima = MemoryMarshal.Cast<uint, Vector512<uint>>(signature);
        var flip = MemoryMarshal.Cast<uint, Vector512<uint>>(flips.AsSpan());
        var factor = MemoryMarshal.Cast<uint, Vector512<uint>>(factors.AsSpan());
        var value = Vector512.Create(x);
        var last = Vector512.Create(0x2c1b_3c6dU);
        for (var i = 0; i < minima.Length; i++)
        {
            // Flip, multiply, fold, multiply: a bijection of 32 bits whose high bits depend on all of them.
            var h = (value ^ flip[i]) * factor[i];
            h = (h ^ (h >> 15)) * last;
            minima[i] = Vector512.Min(minima[i], h);
        }
    }
}
