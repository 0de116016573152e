using System.Buffers.Binary;
using System.Text;

namespace Meditron.Actors.Remote.Wire;

/// <summary>Reads the fields of a frame, and refuses to read past its end.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> frame)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> _rest = frame;

    /// <summary>What has not been read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = Byte();
            if (shift == 63 && b > 1)
            {
                break;
            }

            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }

        throw new WireFormatException("a number is longer than 64 bits");
    }

    /// <summary>A number that must not exceed <paramref name="maximum"/>.</summary>
    public int Int(int maximum)
    {
        var value = Varint();
        return value <= (ulong)maximum ? (int)value : throw new WireFormatException($"a number is {value}; allowed is at most {maximum}");
    }

    public long Zigzag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public string String(int maximumBytes)
    {
        var bytes = Take(Int(maximumBytes));
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw new WireFormatException("a text is not UTF-8");
        }
    }

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new WireFormatException($"a frame is truncated: {count} bytes wanted, {_rest.Length} left");
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>Refuses bytes after the last field.</summary>
    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw new WireFormatException($"a frame has {_rest.Length} bytes too many");
        }
    }
}
