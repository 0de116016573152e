using System.Buffers;

namespace Meditron.Data.Text;

/// <summary>Some whole lines of a file, in one buffer that is used again.</summary>
public sealed class LineChunk : IDisposable
{
    private readonly List<(int Start, int Length)> _lines = [];
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 16);

    /// <summary>The file the lines are of.</summary>
    public string File { get; internal set; } = "";

    /// <summary>The number of the first line, counted from 1.</summary>
    public long FirstLine { get; internal set; }

    /// <summary>How many lines.</summary>
    public int Count => _lines.Count;

    /// <summary>Bytes of the file that the lines take, their ends included.</summary>
    public int Bytes { get; internal set; }

    /// <summary>A line without its end.</summary>
    public ReadOnlySpan<byte> this[int index] => _buffer.AsSpan(_lines[index].Start, _lines[index].Length);

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    /// <summary>Empties the chunk and makes room for so many bytes, keeping the first ones.</summary>
    internal byte[] Reserve(int bytes, int keep)
    {
        if (_buffer.Length < bytes)
        {
            var larger = ArrayPool<byte>.Shared.Rent(bytes);
            _buffer.AsSpan(0, keep).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        return _buffer;
    }

    /// <summary>Forgets the lines.</summary>
    internal void Clear() => _lines.Clear();

    /// <summary>Finds the lines of the first bytes of the buffer, the last of which need not end.</summary>
    internal void Split(int length)
    {
        var start = 0;
        while (start < length)
        {
            var rest = _buffer.AsSpan(start, length - start);
            var end = rest.IndexOf((byte)'\n');
            var size = end < 0 ? rest.Length : end;
            var next = end < 0 ? length : start + end + 1;
            if (size > 0 && rest[size - 1] == (byte)'\r')
            {
                size--;
            }

            _lines.Add((start, size));
            start = next;
        }

        Bytes = length;
    }
}
