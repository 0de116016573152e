using System.Buffers.Binary;

namespace Meditron.Actors.Remote.Tests.Fuzzing;

/// <summary>Changes valid bytes a little: bits, edges of numbers, cuts, repetitions, foreign pieces.</summary>
internal static class Mutator
{
    public static byte[] Mutate(FuzzRandom random, byte[] input)
    {
        var bytes = input;
        for (var i = 1 + random.Below(4); i > 0; i--)
        {
            bytes = Once(random, bytes);
        }

        return bytes;
    }

    private static byte[] Once(FuzzRandom random, byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return random.Bytes(1 + random.Below(8));
        }

        var at = random.Below(bytes.Length);
        switch (random.Below(8))
        {
            case 0:
                return With(bytes, at, (byte)(bytes[at] ^ (1 << random.Below(8))));
            case 1:
                return With(bytes, at, (byte)random.Next());
            case 2:
                return With(bytes, at, random.OneIn(2) ? (byte)0xFF : (byte)0x80);
            case 3:
                return bytes[..at];
            case 4:
                return [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1 + random.Below(8))..]];
            case 5:
                return [.. bytes[..at], .. random.Bytes(1 + random.Below(8)), .. bytes[at..]];
            case 6:
                return [.. bytes[..at], .. bytes[at..Math.Min(bytes.Length, at + 1 + random.Below(40))], .. bytes[at..]];
            default:
                if (bytes.Length < 4)
                {
                    return With(bytes, at, 0);
                }

                var copy = (byte[])bytes.Clone();
                BinaryPrimitives.WriteUInt32LittleEndian(copy.AsSpan(Math.Min(at, bytes.Length - 4)), random.Edge());
                return copy;
        }
    }

    private static byte[] With(byte[] bytes, int at, byte value)
    {
        var copy = (byte[])bytes.Clone();
        copy[at] = value;
        return copy;
    }
}
