using System.Numerics;
using System.Runtime.InteropServices;

namespace Meditron.Training.Recovery.Copies;

/// <summary>The checksum of a chunk: CRC-32C of four interleaved lanes of words, which a processor computes side by side, and of the lanes themselves.</summary>
internal static class ChunkChecksum
{
    private const int Lanes = 4;

    /// <summary>Computes it.</summary>
    /// <param name="bytes">The chunk.</param>
    /// <param name="place">Where it belongs, so that a chunk in another's place is noticed.</param>
    public static uint Of(ReadOnlySpan<byte> bytes, ulong place)
    {
        uint first = ~0u, second = ~0u, third = ~0u, fourth = ~0u;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var whole = words.Length - words.Length % Lanes;
        for (var word = 0; word < whole; word += Lanes)
        {
            first = BitOperations.Crc32C(first, words[word]);
            second = BitOperations.Crc32C(second, words[word + 1]);
            third = BitOperations.Crc32C(third, words[word + 2]);
            fourth = BitOperations.Crc32C(fourth, words[word + 3]);
        }

        foreach (var rest in bytes[(whole * sizeof(ulong))..])
        {
            first = BitOperations.Crc32C(first, rest);
        }

        var all = BitOperations.Crc32C(~0u, place);
        all = BitOperations.Crc32C(all, (ulong)first << 32 | second);
        all = BitOperations.Crc32C(all, (ulong)third << 32 | fourth);
        return ~BitOperations.Crc32C(all, (uint)bytes.Length);
    }
}
