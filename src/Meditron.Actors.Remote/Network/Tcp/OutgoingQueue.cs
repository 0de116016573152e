using System.Buffers;
using System.Buffers.Binary;
using Meditron.Actors.Remote.Wire;

namespace Meditron.Actors.Remote.Network.Tcp;

/// <summary>The bytes of one lane that wait to be sent, in pooled segments that hold whole frames. Not safe for use by several threads.</summary>
internal sealed class OutgoingQueue
{
    private const int SegmentSize = 64 * 1024;

    private readonly Queue<(byte[] Buffer, int Length)> _full = new();
    private byte[]? _current;
    private int _used;

    /// <summary>Bytes that wait.</summary>
    public long Length { get; private set; }

    public void Add(ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var content = head.Length + body.Length;
        var isChecked = FrameChecksum.Has(head[0]);
        var length = content + (isChecked ? FrameChecksum.Size : 0);
        var size = FrameReader.HeaderSize + length;
        if (_current is null || _used + size > _current.Length)
        {
            if (_current is not null)
            {
                _full.Enqueue((_current, _used));
            }

            _current = ArrayPool<byte>.Shared.Rent(Math.Max(SegmentSize, size));
            _used = 0;
        }

        var target = _current.AsSpan(_used, size);
        BinaryPrimitives.WriteInt32LittleEndian(target, length);
        head.CopyTo(target[FrameReader.HeaderSize..]);
        body.CopyTo(target[(FrameReader.HeaderSize + head.Length)..]);
        if (isChecked)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(target[(FrameReader.HeaderSize + content)..], FrameChecksum.Of(target[..(FrameReader.HeaderSize + content)]));
        }

        _used += size;
        Length += size;
    }

    /// <summary>Takes the first segment; the taker gives its buffer back to the shared pool.</summary>
    public bool TryTake(out byte[] buffer, out int length)
    {
        if (_full.TryDequeue(out var segment))
        {
            (buffer, length) = segment;
        }
        else if (_current is not null)
        {
            (buffer, length) = (_current, _used);
            _current = null;
        }
        else
        {
            (buffer, length) = ([], 0);
            return false;
        }

        Length -= length;
        return true;
    }

    public void Clear()
    {
        while (TryTake(out var buffer, out _))
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
