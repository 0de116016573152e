using System.Runtime.InteropServices;

namespace Meditron.Data.Curation.Analysis;

/// <summary>64-bit hashes by 128-bit multiplication: the same on every machine and in every run, not meant to resist an attacker.</summary>
public static class Hash64
{
    private const ulong K0 = 0xa076_1d64_78bd_642fUL;
    private const ulong K1 = 0xe703_7ed1_a0b4_28dbUL;
    private const ulong K2 = 0x8ebc_6af0_9c88_c6e3UL;

    /// <summary>The hash of bytes under a seed.</summary>
    public static ulong Of(ReadOnlySpan<byte> data, ulong seed = 0)
    {
        var state = seed ^ K0;
        var length = (ulong)data.Length;
        while (data.Length >= 16)
        {
            state = Mix(MemoryMarshal.Read<ulong>(data) ^ K1, MemoryMarshal.Read<ulong>(data[8..]) ^ state);
            data = data[16..];
        }

        Span<byte> tail = stackalloc byte[16];
        tail.Clear();
        data.CopyTo(tail);
        state = Mix(MemoryMarshal.Read<ulong>(tail) ^ K2, MemoryMarshal.Read<ulong>(tail[8..]) ^ state);
        return Mix(state ^ K1, length ^ K0);
    }

    /// <summary>The hash of the characters of a string under a seed.</summary>
    public static ulong Of(ReadOnlySpan<char> text, ulong seed = 0) => Of(MemoryMarshal.AsBytes(text), seed);

    /// <summary>Two numbers into one hash.</summary>
    public static ulong Combine(ulong a, ulong b) => Finish(Mix(a ^ K0, b ^ K1));

    /// <summary>A hash whose every bit depends on every bit of <paramref name="value"/>.</summary>
    public static ulong Finish(ulong value)
    {
        value = (value ^ (value >> 32)) * 0xd6e8_feb8_6659_fd93UL;
        value = (value ^ (value >> 29)) * 0xd6e8_feb8_6659_fd93UL;
        return value ^ (value >> 32);
    }

    /// <summary>A hash as a number from 0 up to and not including 1.</summary>
    public static double ToUnit(ulong hash) => (hash >> 11) * (1.0 / (1UL << 53));

    private static ulong Mix(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }
}
