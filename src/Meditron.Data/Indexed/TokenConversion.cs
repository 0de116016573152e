using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Meditron.Data.Indexed;

/// <summary>Turns tokens as they lie in a file into 32-bit ids, and back.</summary>
internal static class TokenConversion
{
    /// <summary>Widens 16-bit tokens.</summary>
    public static void Widen(ReadOnlySpan<ushort> source, Span<int> destination)
    {
        var at = 0;
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(destination);
        for (; at <= source.Length - Vector<ushort>.Count; at += Vector<ushort>.Count)
        {
            Vector.Widen(Vector.LoadUnsafe(ref from, (nuint)at), out var low, out var high);
            Vector.AsVectorInt32(low).StoreUnsafe(ref to, (nuint)at);
            Vector.AsVectorInt32(high).StoreUnsafe(ref to, (nuint)(at + Vector<int>.Count));
        }

        Widen<ushort>(source[at..], destination[at..]);
    }

    /// <summary>Widens tokens of a small type.</summary>
    public static void Widen<T>(ReadOnlySpan<T> source, Span<int> destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var i = 0; i < source.Length; i++)
        {
            destination[i] = int.CreateTruncating(source[i]);
        }
    }

    /// <summary>Narrows 64-bit tokens; the first one that does not fit, or null.</summary>
    public static long? Narrow(ReadOnlySpan<byte> source, Span<int> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            var token = BinaryPrimitives.ReadInt64LittleEndian(source[(8 * i)..]);
            if (token is < int.MinValue or > int.MaxValue)
            {
                return token;
            }

            destination[i] = (int)token;
        }

        return null;
    }

    /// <summary>The largest of some tokens.</summary>
    public static int Largest(ReadOnlySpan<int> tokens)
    {
        var largest = int.MinValue;
        foreach (var token in tokens)
        {
            largest = Math.Max(largest, token);
        }

        return largest;
    }

    /// <summary>Lays tokens out as the type has them; the caller has checked that they fit.</summary>
    public static void Write(ReadOnlySpan<int> tokens, TokenType type, Span<byte> destination)
    {
        switch (type)
        {
            case TokenType.UInt8:
            case TokenType.Int8:
                Store<byte>(tokens, destination);
                return;
            case TokenType.Int16:
            case TokenType.UInt16:
                Store<ushort>(tokens, destination);
                return;
            case TokenType.Int32:
                MemoryMarshal.AsBytes(tokens).CopyTo(destination);
                return;
            default:
                Store<long>(tokens, destination);
                return;
        }
    }

    private static void Store<T>(ReadOnlySpan<int> tokens, Span<byte> destination)
        where T : unmanaged, IBinaryInteger<T>
    {
        var typed = MemoryMarshal.Cast<byte, T>(destination)[..tokens.Length];
        for (var i = 0; i < tokens.Length; i++)
        {
            typed[i] = T.CreateTruncating(tokens[i]);
        }
    }
}
