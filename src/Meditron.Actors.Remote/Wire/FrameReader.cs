using System.Buffers.Binary;

namespace Meditron.Actors.Remote.Wire;

/// <summary>Cuts a stream of bytes into frames: four bytes of length, little-endian, then as many bytes, of which the last are a <see cref="FrameChecksum"/> where the frame has one.</summary>
/// <remarks>A length outside 1 to the maximum is refused before anything is allocated for it.</remarks>
internal sealed class FrameReader(int bufferSize, int maximumFrameSize)
{
    /// <summary>Bytes before each frame.</summary>
    public const int HeaderSize = 4;

    private byte[] _buffer = new byte[Math.Max(bufferSize, HeaderSize + 1)];
    private int _start;
    private int _end;

    /// <summary>The longest frame accepted, in bytes, without its checksum.</summary>
    public int MaximumFrameSize { get; set; } = maximumFrameSize;

    /// <summary>Bytes received of a frame that is not complete yet.</summary>
    public int Pending => _end - _start;

    /// <summary>Where the next bytes of the stream belong; never empty.</summary>
    public Span<byte> Free()
    {
        if (_start == _end)
        {
            _start = _end = 0;
        }

        var needed = _end - _start >= HeaderSize ? HeaderSize + (int)Math.Min(PendingLength(), (uint)MaximumFrameSize + FrameChecksum.Size) : HeaderSize;
        if (_start > 0 && (_end == _buffer.Length || _start + needed > _buffer.Length))
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, needed);
        }

        return _buffer.AsSpan(_end);
    }

    /// <summary>Takes over bytes that were written into <see cref="Free"/>.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_buffer.Length - _end), nameof(count));
        _end += count;
    }

    /// <summary>The next whole frame, without its checksum; valid until <see cref="Free"/> is called.</summary>
    /// <exception cref="WireFormatException">The length is not one of a frame, or the frame is damaged.</exception>
    public bool TryRead(out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (_end - _start < HeaderSize)
        {
            return false;
        }

        var length = PendingLength();
        if (length == 0 || length > (uint)MaximumFrameSize + FrameChecksum.Size)
        {
            throw new WireFormatException(
                $"a frame announces {length} bytes; allowed are 1 to {MaximumFrameSize} (akka.remote.dot-netty.tcp.maximum-frame-size, less before the handshake). "
                + "The peer has a larger limit, or does not speak this protocol.");
        }

        if (_end - _start - HeaderSize < (int)length)
        {
            return false;
        }

        frame = Verified(_buffer.AsSpan(_start, HeaderSize + (int)length));
        _start += HeaderSize + (int)length;
        return true;
    }

    private static ReadOnlySpan<byte> Verified(ReadOnlySpan<byte> whole)
    {
        if (!FrameChecksum.Has(whole[HeaderSize]))
        {
            return whole[HeaderSize..];
        }

        var end = whole.Length - FrameChecksum.Size;
        if (end <= HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(whole[end..]) != FrameChecksum.Of(whole[..end]))
        {
            throw new WireFormatException($"a frame of {whole.Length - HeaderSize} bytes does not have its checksum: it was damaged on the way, or by the peer's memory.");
        }

        return whole[HeaderSize..end];
    }

    private uint PendingLength() => BinaryPrimitives.ReadUInt32LittleEndian(_buffer.AsSpan(_start));
}
