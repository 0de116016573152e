using System.Buffers.Binary;
using System.Text;

namespace Meditron.Actors.Remote.Wire;

/// <summary>Writes the fields of a frame into a growing buffer that is reused.</summary>
internal sealed class WireWriter(int capacity = 256)
{
    private byte[] _buffer = new byte[capacity];
    private int _length;

    /// <summary>What was written since <see cref="Start"/>.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>Begins a frame.</summary>
    public WireWriter Start(FrameType type)
    {
        _length = 0;
        return Byte((byte)type);
    }

    public WireWriter Byte(byte value)
    {
        Reserve(1);
        _buffer[_length++] = value;
        return this;
    }

    public WireWriter UInt32(uint value)
    {
        Reserve(4);
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(_length), value);
        _length += 4;
        return this;
    }

    /// <summary>Seven bits a byte, lowest first.</summary>
    public WireWriter Varint(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            _buffer[_length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[_length++] = (byte)value;
        return this;
    }

    /// <summary>A signed number with small negative ones short as well.</summary>
    public WireWriter Zigzag(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Length in bytes, then UTF-8.</summary>
    public WireWriter String(string value)
    {
        var count = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)count);
        Reserve(count);
        Encoding.UTF8.GetBytes(value, _buffer.AsSpan(_length));
        _length += count;
        return this;
    }

    public WireWriter Bytes(ReadOnlySpan<byte> value)
    {
        Reserve(value.Length);
        value.CopyTo(_buffer.AsSpan(_length));
        _length += value.Length;
        return this;
    }

    private void Reserve(int count)
    {
        if (_length + count > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        }
    }
}
