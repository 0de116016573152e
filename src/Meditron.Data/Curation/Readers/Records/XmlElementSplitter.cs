using System.Text;

namespace Meditron.Data.Curation.Readers.Records;

/// <summary>Cuts an XML stream into the elements of one name by their tags, so that a damaged element does not hide those after it.</summary>
/// <remarks>Tags inside comments or CDATA sections are not told apart; the record formats read here have none.</remarks>
public sealed class XmlElementSplitter : IRecordSplitter
{
    private readonly ByteWindow window;
    private readonly int limit;
    private readonly byte[][] opens;
    private readonly byte[][] closes;
    private long index;

    /// <summary>Cuts out each element named one of <paramref name="names"/>, at most <paramref name="limit"/> bytes long.</summary>
    public XmlElementSplitter(ByteWindow window, int limit, params string[] names)
    {
        this.window = window;
        this.limit = limit;
        opens = [.. names.Select(name => Encoding.UTF8.GetBytes("<" + name))];
        closes = [.. names.Select(name => Encoding.UTF8.GetBytes("</" + name + ">"))];
    }

    /// <inheritdoc/>
    public bool TryRead(out RawRecord record)
    {
        record = default;
        if (!SkipToOpen(out var which))
        {
            return false;
        }

        var offset = window.Offset;
        var scanned = 1;
        var over = false;
        while (true)
        {
            var rest = window.Available[scanned..];
            var close = rest.IndexOf(closes[which]);
            var nested = FindOpen(close < 0 ? rest : rest[..close], out _);
            if (nested >= 0 && !over)
            {
                // The next record starts before this one ends: its end was lost.
                window.Advance(scanned + nested);
                record = new RawRecord(default, index++, offset, null, Broken(offset, "the next record starts before this one ends"));
                return true;
            }

            if (close >= 0)
            {
                var length = scanned + close + closes[which].Length;
                var bytes = window.Take(length);
                record = over || length > limit
                    ? new RawRecord(default, index++, offset, null, TooLong.Fault(offset, limit, "record"))
                    : new RawRecord(bytes, index++, offset, null, null);
                return true;
            }

            scanned = Math.Max(scanned, window.Available.Length - 64);
            if (scanned > limit)
            {
                over = true;
                window.Advance(scanned);
                scanned = 0;
            }

            if (!window.Fill())
            {
                window.Advance(window.Available.Length);
                record = new RawRecord(default, index++, offset, null, over ? TooLong.Fault(offset, limit, "record")
                    : new RecordFault(ReadFailureKind.Xml, $"the file ends inside the record that starts at byte {offset}"));
                return true;
            }
        }
    }

    private static RecordFault Broken(long offset, string what) => new(ReadFailureKind.Xml, $"the record at byte {offset} is damaged: {what}");

    private bool SkipToOpen(out int which)
    {
        while (true)
        {
            var at = FindOpen(window.Available, out which);
            if (at >= 0)
            {
                window.Advance(at);
                return true;
            }

            window.Advance(Math.Max(0, window.Available.Length - 64));
            if (!window.Fill())
            {
                return false;
            }
        }
    }

    private int FindOpen(ReadOnlySpan<byte> bytes, out int which)
    {
        var best = -1;
        which = -1;
        for (var name = 0; name < opens.Length; name++)
        {
            var from = 0;
            while (true)
            {
                var at = bytes[from..].IndexOf(opens[name]);
                if (at < 0)
                {
                    break;
                }

                var after = from + at + opens[name].Length;
                if (after < bytes.Length && (bytes[after] == '>' || Blanks.Values.Contains(bytes[after])))
                {
                    if (best < 0 || from + at < best)
                    {
                        best = from + at;
                        which = name;
                    }

                    break;
                }

                from = after;
            }
        }

        return best;
    }
}
