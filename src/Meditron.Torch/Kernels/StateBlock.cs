using System.Runtime.InteropServices;

namespace Meditron.Torch.Kernels;

/// <summary>
/// A block of an AdamW state and its checksum, in plain code: what the kernels compute is held against it, and a block in which one bit has changed is put
/// right from it. The checksum takes 64-byte stripes of weights, first and second moments in turn (after XXH3's accumulation, Collet 2019).
/// </summary>
public sealed class StateBlock
{
    /// <summary>Elements of each of the state's buffers that share one checksum.</summary>
    public const int Length = 4096;

    private const int Lanes = 8;
    private const int Kinds = 3;
    private const int StripeElements = 16;
    private const ulong KeyStep = 0x9e3779b97f4a7c15;

    private static readonly ulong[] Keys =
    [
        0xbe4ba423396cfeb8, 0x1cad21f72c81017c, 0xdb979083e96dd4de, 0x1f67b3b7a4a44072, 0x78e5c0cc4ee679cb, 0x2172ffcc7dd05a82, 0x8e2443f7744608b8, 0x4c263a81e69035e0,
    ];

    private readonly AdamWState state;
    private readonly long start;
    private readonly int elements;
    private readonly ulong[] words;

    private StateBlock(AdamWState state, long block)
    {
        this.state = state;
        start = block * Length;
        elements = (int)Math.Min(Length, state.master.numel() - start);
        var stripes = (elements + StripeElements - 1) / StripeElements;
        words = new ulong[stripes * Kinds * Lanes];
        var floats = MemoryMarshal.Cast<ulong, float>(words.AsSpan());
        for (var kind = 0; kind < Kinds; kind++)
        {
            Span<float> source = Buffer(kind).data<float>(start, elements);
            for (var stripe = 0; stripe < stripes; stripe++)
            {
                var from = stripe * StripeElements;
                source.Slice(from, Math.Min(StripeElements, elements - from)).CopyTo(floats.Slice((stripe * Kinds + kind) * StripeElements, StripeElements));
            }
        }
    }

    /// <summary>Blocks of a state.</summary>
    /// <param name="elements">Its elements.</param>
    public static int CountOf(long elements) => (int)((elements + Length - 1) / Length);

    /// <summary>The checksum of one block.</summary>
    /// <param name="state">The state, on a CPU.</param>
    /// <param name="block">The block.</param>
    public static ulong Checksum(AdamWState state, long block)
    {
        var content = new StateBlock(state, block);
        return content.Fold(content.Sums());
    }

    /// <summary>
    /// Puts a block right in which one bit has changed, or one bit of its checksum: of all the states that are one bit away only the right one has the
    /// checksum, but for one in some 10^13 blocks that are damaged in another way.
    /// </summary>
    /// <param name="state">The state, on a CPU.</param>
    /// <param name="block">The block.</param>
    /// <param name="checksum">Its checksum.</param>
    /// <returns>What was put right, in words; null where more than one bit has changed.</returns>
    public static string? Mend(AdamWState state, long block, ref ulong checksum)
    {
        var content = new StateBlock(state, block);
        var sums = content.Sums();
        var found = content.Fold(sums);
        if (ulong.PopCount(found ^ checksum) <= 1)
        {
            checksum = found;
            return "one bit of its checksum";
        }

        var (word, bit) = content.FindBit(sums, checksum);
        if (word < 0)
        {
            return null;
        }

        var kind = word / Lanes % Kinds;
        var element = word / (Lanes * Kinds) * StripeElements + word % Lanes * 2 + bit / 32;
        var values = MemoryMarshal.Cast<float, uint>(content.Buffer(kind).data<float>(content.start, content.elements));
        values[element] ^= 1u << (bit % 32);
        string[] names = ["the weight", "the first moment", "the second moment"];
        return $"bit {bit % 32} of {names[kind]} of element {content.start + element}";
    }

    internal static void RequireChecksums(AdamWState state, ReadOnlySpan<ulong> checksums)
    {
        var blocks = CountOf(state.master.numel());
        if (checksums.Length != blocks)
        {
            throw new ArgumentException($"A state of {state.master.numel()} elements has {blocks} blocks, and there is room for {checksums.Length} checksums.", nameof(checksums));
        }
    }

    private static ulong Multiply(ulong word) => (ulong)(uint)word * (word >> 32);

    private static ulong Key(int word) => Keys[word % Lanes] + (ulong)(word / Lanes) * KeyStep;

    private ulong[] Sums()
    {
        var sums = new ulong[Lanes];
        for (var word = 0; word < words.Length; word++)
        {
            sums[word % Lanes] += Multiply(words[word] ^ Key(word));
            sums[word % Lanes ^ 1] += words[word];
        }

        return sums;
    }

    private ulong Fold(ulong[] sums)
    {
        var hash = (ulong)(Kinds * sizeof(float) * (long)elements) * 0x9fb21c651e98df25;
        foreach (var sum in sums)
        {
            hash = (hash ^ sum) * 0x165667919e3779f9;
            hash ^= hash >> 29;
        }

        return hash;
    }

    /// <summary>The bit with whose opposite the content has the checksum; a word of -1 where there is none.</summary>
    private (int Word, int Bit) FindBit(ulong[] sums, ulong checksum)
    {
        for (var word = 0; word < words.Length; word++)
        {
            var (lane, key, old) = (word % Lanes, Key(word), words[word]);
            var (own, neighbour) = (sums[lane], sums[lane ^ 1]);
            var first = word / (Lanes * Kinds) * StripeElements + lane * 2;
            for (var bit = 0; bit < Math.Clamp(elements - first, 0, 2) * 32; bit++)
            {
                var changed = old ^ (1UL << bit);
                sums[lane] = own - Multiply(old ^ key) + Multiply(changed ^ key);
                sums[lane ^ 1] = neighbour - old + changed;
                if (Fold(sums) == checksum)
                {
                    return (word, bit);
                }
            }

            (sums[lane], sums[lane ^ 1]) = (own, neighbour);
        }

        return (-1, 0);
    }

    private Tensor Buffer(int kind) => kind switch
    {
        0 => state.master,
        1 => state.exp_avg,
        _ => state.exp_avg_sq,
    };
}
