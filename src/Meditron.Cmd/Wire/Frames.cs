using System.Buffers.Binary;
using Google.Protobuf;

namespace Meditron.Cmd.Wire;

/// <summary>Writes frames and reads their lengths: four bytes, little-endian, then the seal where there is one, then the message.</summary>
internal static class Frames
{
    /// <summary>Bytes of the length before each frame.</summary>
    public const int HeaderSize = 4;

    /// <summary>The longest frame before the handshake is over.</summary>
    public const int HandshakeLimit = 4096;

    /// <summary>The longest frame that a host sends, apart from the one with its palettes.</summary>
    public const int OutputLimit = 256 << 10;

    /// <summary>The longest frame that a client accepts.</summary>
    public const int ClientLimit = 4 << 20;

    /// <summary>A message as a frame.</summary>
    public static byte[] Write(IMessage message, FrameSeal? seal)
    {
        var size = message.CalculateSize();
        var sealSize = seal is null ? 0 : FrameSeal.Size;
        var frame = new byte[HeaderSize + sealSize + size];
        BinaryPrimitives.WriteInt32LittleEndian(frame, sealSize + size);
        var body = frame.AsSpan(HeaderSize + sealSize);
        message.WriteTo(body);
        seal?.Next(body).CopyTo(frame, HeaderSize);
        return frame;
    }

    /// <summary>The length of the frame that follows its header.</summary>
    /// <exception cref="FrameException">It is not within the limit.</exception>
    public static int Length(ReadOnlySpan<byte> header, int limit)
    {
        var length = BinaryPrimitives.ReadUInt32LittleEndian(header);
        if (length > 0 && length <= (uint)limit)
        {
            return (int)length;
        }

        var printable = header.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
        throw new FrameException(printable
            ? $"the connection starts with \"{System.Text.Encoding.ASCII.GetString(header)}\", which is another protocol"
            : $"a frame announces {length} bytes, where 1 to {limit} are allowed");
    }

    /// <summary>The message within a frame, without its seal.</summary>
    /// <exception cref="FrameException">The seal does not match.</exception>
    public static ReadOnlyMemory<byte> Open(byte[] frame, FrameSeal? seal)
    {
        if (seal is null)
        {
            return frame;
        }

        if (frame.Length < FrameSeal.Size || !seal.Accepts(frame.AsSpan(0, FrameSeal.Size), frame.AsSpan(FrameSeal.Size)))
        {
            throw new FrameException("a frame is not authentic: somebody between the two sides may have changed it");
        }

        return frame.AsMemory(FrameSeal.Size);
    }
}
