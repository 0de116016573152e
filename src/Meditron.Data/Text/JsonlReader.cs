using System.Buffers;

namespace Meditron.Data.Text;

/// <summary>Reads the texts of a JSON Lines file, plain or gzip, one after another.</summary>
public sealed class JsonlReader : IDisposable
{
    private readonly Utf8LineReader _lines;
    private readonly JsonField _field;
    private readonly LineChunk _chunk = new();
    private int _next;

    /// <summary>Opens a file and takes the given fields of each line, joined by line breaks.</summary>
    /// <exception cref="MissingInputException">The file is not there.</exception>
    /// <exception cref="TextFormatException">The file is empty, or ends in .gz and is not gzip.</exception>
    public JsonlReader(string path, params IReadOnlyList<string> fields)
    {
        _field = new JsonField(fields.Count == 0 ? ["text"] : fields);
        _lines = new Utf8LineReader(path);
    }

    /// <summary>The number of the line that was read last, counted from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Records read so far.</summary>
    public long Records { get; private set; }

    /// <summary>Appends the next text in UTF-8; false at the end. Blank lines are left out.</summary>
    /// <exception cref="TextFormatException">The line is damaged or lacks the field, or the file ends without a record.</exception>
    public bool Read(IBufferWriter<byte> text)
    {
        while (true)
        {
            while (_next < _chunk.Count)
            {
                Line = _chunk.FirstLine + _next;
                if (_field.Extract(_chunk[_next++], text, _lines.FileName, Line))
                {
                    Records++;
                    return true;
                }
            }

            _next = 0;
            if (!_lines.Read(_chunk))
            {
                return Records > 0
                    ? false
                    : throw new TextFormatException("the file holds no records, only blank lines. Check how it was made.", _lines.FileName);
            }
        }
    }

    /// <summary>The texts of some files, one after another; each is good until the next is asked for.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> ReadAll(IEnumerable<string> paths, IReadOnlyList<string> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        foreach (var path in paths)
        {
            using var reader = new JsonlReader(path, fields);
            buffer.ResetWrittenCount();
            while (reader.Read(buffer))
            {
                yield return buffer.WrittenMemory;
                buffer.ResetWrittenCount();
            }
        }
    }

    /// <summary>The lines of some text files, plain or gzip, one after another; each is good until the next is asked for.</summary>
    public static IEnumerable<ReadOnlyMemory<byte>> ReadLines(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            using var reader = new Utf8LineReader(path);
            using var chunk = new LineChunk();
            while (reader.Read(chunk))
            {
                for (var i = 0; i < chunk.Count; i++)
                {
                    yield return chunk[i].ToArray();
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _chunk.Dispose();
        _lines.Dispose();
    }
}
