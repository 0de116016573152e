using System.Buffers;

namespace Meditron.Data.Curation.Readers.Records;

/// <summary>A reused buffer over a stream that shows the bytes not yet consumed and grows only as far as one record needs.</summary>
public sealed class ByteWindow : IDisposable
{
    private const int InitialLength = 1 << 18;

    private readonly Stream stream;
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(InitialLength);
    private int start;
    private int end;
    private bool ended;

    /// <summary>Reads from <paramref name="stream"/>, which the caller disposes.</summary>
    public ByteWindow(Stream stream)
    {
        this.stream = stream;
    }

    /// <summary>The offset in the stream of the first byte of <see cref="Available"/>.</summary>
    public long Offset { get; private set; }

    /// <summary>The bytes read and not yet consumed.</summary>
    public ReadOnlySpan<byte> Available => buffer.AsSpan(start, end - start);

    /// <summary>Reads more bytes behind those available; false at the end of the stream.</summary>
    public bool Fill()
    {
        if (ended)
        {
            return false;
        }

        if (end == buffer.Length)
        {
            MakeRoom();
        }

        var read = stream.Read(buffer, end, buffer.Length - end);
        if (read == 0)
        {
            ended = true;
            return false;
        }

        end += read;
        return true;
    }

    /// <summary>Makes at least <paramref name="count"/> bytes available where the stream has them.</summary>
    public bool Ensure(int count)
    {
        while (end - start < count)
        {
            if (!Fill())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Consumes <paramref name="count"/> bytes.</summary>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, end - start);
        start += count;
        Offset += count;
    }

    /// <summary>Consumes <paramref name="count"/> bytes and returns them; they stay valid until the next <see cref="Fill"/>.</summary>
    public ReadOnlyMemory<byte> Take(int count)
    {
        var taken = buffer.AsMemory(start, count);
        Advance(count);
        return taken;
    }

    /// <summary>Skips a UTF-8 byte order mark; returns a fault for an empty stream and, where <paramref name="utf8"/>, for UTF-16 or UTF-32.</summary>
    public RecordFault? CheckHead(bool utf8)
    {
        Ensure(4);
        var head = Available;
        if (head.IsEmpty)
        {
            return new RecordFault(ReadFailureKind.Empty, "the file holds no bytes");
        }

        if (!utf8)
        {
            return null;
        }

        if (head is [0xEF, 0xBB, 0xBF, ..])
        {
            Advance(3);
            return null;
        }

        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return new RecordFault(ReadFailureKind.Encoding, "the file starts with a UTF-16 or UTF-32 byte order mark; convert it to UTF-8");
        }

        return head is [0, ..] or [_, 0, ..]
            ? new RecordFault(ReadFailureKind.Encoding, "the file starts with a zero byte, as UTF-16 without a byte order mark or a binary file does; convert it to UTF-8")
            : null;
    }

    /// <summary>Gives the buffer back; records cut from it end with it.</summary>
    public void Dispose()
    {
        var rented = buffer;
        buffer = [];
        start = end = 0;
        ended = true;
        if (rented.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void MakeRoom()
    {
        var length = end - start;
        if (start > 0 && length <= buffer.Length / 2)
        {
            // A record in use keeps its bytes in the old place only until the next Fill, so they may move here.
            Buffer.BlockCopy(buffer, start, buffer, 0, length);
        }
        else
        {
            var larger = ArrayPool<byte>.Shared.Rent(checked(buffer.Length * 2));
            Buffer.BlockCopy(buffer, start, larger, 0, length);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        start = 0;
        end = length;
    }
}
