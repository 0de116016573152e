using System.Buffers.Binary;
using System.Numerics;

namespace Meditron.Actors.Remote.Wire;

/// <summary>
/// The CRC-32C (Castagnoli et al. 1993) of a frame and of the length before it, which every frame after the handshake ends with: TCP's own sum lets one in some
/// 65,000 damaged segments pass. Frames of the handshake have one of their own, so that systems that do not agree on this one can still say so.
/// </summary>
internal static class FrameChecksum
{
    /// <summary>Bytes that it takes at a frame's end.</summary>
    public const int Size = 4;

    private const byte FirstChecked = (byte)FrameType.Message;

    /// <summary>Whether frames of this type end with it.</summary>
    public static bool Has(byte type) => type >= FirstChecked;

    /// <summary>The CRC-32C of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var b in bytes)
        {
            crc = BitOperations.Crc32C(crc, b);
        }

        return ~crc;
    }
}
