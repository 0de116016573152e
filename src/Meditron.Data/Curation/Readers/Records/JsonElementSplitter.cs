using System.Buffers;
using System.Text;

namespace Meditron.Data.Curation.Readers.Records;

/// <summary>Cuts a JSON array, or a JSON object whose values are the records, into its elements by their brackets.</summary>
/// <remarks>
/// Only brackets and strings are followed here; the parser of a record finds what is wrong inside it, so a damaged record costs itself alone.
/// A raw line feed ends an unterminated string, as JSON strings cannot hold one.
/// </remarks>
public sealed class JsonElementSplitter : IRecordSplitter
{
    private static readonly SearchValues<byte> Structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> InString = SearchValues.Create("\"\\\n"u8);
    private static readonly SearchValues<byte> AfterScalar = SearchValues.Create(",]} \t\r\n"u8);

    private readonly ByteWindow window;
    private readonly int limit;
    private bool opened;
    private bool closed;
    private bool isObject;
    private long index;

    /// <summary>Reads elements of at most <paramref name="limit"/> bytes.</summary>
    public JsonElementSplitter(ByteWindow window, int limit)
    {
        this.window = window;
        this.limit = limit;
    }

    /// <inheritdoc/>
    public bool TryRead(out RawRecord record)
    {
        record = default;
        if (closed)
        {
            return false;
        }

        if (!opened)
        {
            SkipBlank(comma: false);
            if (window.Available.IsEmpty || window.Available[0] is not ((byte)'[' or (byte)'{'))
            {
                closed = true;
                record = new RawRecord(default, index++, window.Offset, null, new RecordFault(ReadFailureKind.Json,
                    $"the file starts with neither an array nor an object of records (byte {window.Offset})"));
                return true;
            }

            isObject = window.Available[0] == '{';
            window.Advance(1);
            opened = true;
        }

        SkipBlank(comma: true);
        if (window.Available.IsEmpty)
        {
            closed = true;
            record = new RawRecord(default, index++, window.Offset, null, Truncated(window.Offset));
            return true;
        }

        if (window.Available[0] is (byte)']' or (byte)'}')
        {
            closed = true;
            return false;
        }

        string? key = null;
        var offset = window.Offset;
        if (isObject)
        {
            key = ReadKey();
            if (key is null)
            {
                closed = true;
                record = new RawRecord(default, index++, offset, null, new RecordFault(ReadFailureKind.Json,
                    $"a property name was expected at byte {offset}; the rest of the file is not read"));
                return true;
            }
        }

        offset = window.Offset;
        var length = FindEnd(out var over);
        if (length < 0)
        {
            closed = true;
            window.Advance(window.Available.Length);
            record = new RawRecord(default, index++, offset, key, over ? TooLong.Fault(offset, limit, "record") : Truncated(offset));
            return true;
        }

        var bytes = window.Take(length);
        record = over || length > limit
            ? new RawRecord(default, index++, offset, key, TooLong.Fault(offset, limit, "record"))
            : new RawRecord(bytes, index++, offset, key, null);
        return true;
    }

    private static RecordFault Truncated(long offset) => new(ReadFailureKind.Json, $"the file ends inside the JSON value at byte {offset}");

    private void SkipBlank(bool comma)
    {
        while (true)
        {
            var available = window.Available;
            var at = 0;
            while (at < available.Length && (Blanks.Values.Contains(available[at]) || (comma && available[at] == ',')))
            {
                at++;
            }

            window.Advance(at);
            if (!window.Available.IsEmpty || !window.Fill())
            {
                return;
            }
        }
    }

    private string? ReadKey()
    {
        if (window.Available[0] != '"')
        {
            return null;
        }

        var at = 1;
        while (true)
        {
            var quote = window.Available[at..].IndexOfAny(InString);
            if (quote >= 0)
            {
                at += quote;
                if (window.Available[at] == '"')
                {
                    break;
                }

                if (window.Available[at] == '\n')
                {
                    return null;
                }

                if (!window.Ensure(at + 2))
                {
                    return null;
                }

                at += 2;
                continue;
            }

            at = window.Available.Length;
            if (at > 65536 || !window.Fill())
            {
                return null;
            }
        }

        var key = Encoding.UTF8.GetString(window.Available[1..at]);
        window.Advance(at + 1);
        SkipBlank(comma: false);
        if (window.Available.IsEmpty || window.Available[0] != ':')
        {
            return null;
        }

        window.Advance(1);
        SkipBlank(comma: false);
        return key;
    }

    /// <summary>The length of the value at the window's start, or -1 where the stream ends inside it; skips what passes the limit.</summary>
    private int FindEnd(out bool over)
    {
        over = false;
        var at = 0;
        var depth = 0;
        var inString = false;
        var scalar = !window.Available.IsEmpty && !Structure.Contains(window.Available[0]);
        while (true)
        {
            var rest = window.Available[at..];
            var found = rest.IndexOfAny(scalar ? AfterScalar : inString ? InString : Structure);
            if (found < 0)
            {
                at = window.Available.Length;
            }
            else
            {
                at += found;
                var symbol = window.Available[at];
                if (scalar)
                {
                    return at;
                }

                if (inString)
                {
                    if (symbol == '\\')
                    {
                        if (!window.Ensure(at + 2))
                        {
                            return -1;
                        }

                        at += 2;
                        continue;
                    }

                    inString = false;
                }
                else if (symbol == '"')
                {
                    inString = true;
                }
                else
                {
                    depth += symbol is (byte)'{' or (byte)'[' ? 1 : -1;
                }

                at++;
                if (!inString && depth <= 0)
                {
                    return at;
                }

                continue;
            }

            if (at > limit)
            {
                over = true;
                window.Advance(at);
                at = 0;
            }

            if (!window.Fill())
            {
                return -1;
            }
        }
    }
}
