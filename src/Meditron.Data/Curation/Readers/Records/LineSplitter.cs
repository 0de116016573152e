namespace Meditron.Data.Curation.Readers.Records;

/// <summary>Cuts a stream into lines; blank lines are passed over.</summary>
public sealed class LineSplitter : IRecordSplitter
{
    private readonly ByteWindow window;
    private readonly int limit;
    private long index;

    /// <summary>Reads lines of at most <paramref name="limit"/> bytes.</summary>
    public LineSplitter(ByteWindow window, int limit)
    {
        this.window = window;
        this.limit = limit;
    }

    /// <inheritdoc/>
    public bool TryRead(out RawRecord record)
    {
        while (true)
        {
            var offset = window.Offset;
            var length = FindEnd(out var found);
            if (length < 0)
            {
                SkipLine();
                record = new RawRecord(default, index++, offset, null, TooLong.Fault(offset, limit, "line"));
                return true;
            }

            if (length == 0 && !found)
            {
                record = default;
                return false;
            }

            var line = window.Take(length);
            if (found)
            {
                window.Advance(1);
            }

            if (!Blanks.Only(line.Span))
            {
                record = new RawRecord(line, index++, offset, null, null);
                return true;
            }
        }
    }

    /// <summary>The length of the next line, -1 where it passes the limit; <paramref name="found"/> says whether a line feed ends it.</summary>
    private int FindEnd(out bool found)
    {
        var scanned = 0;
        while (true)
        {
            var at = window.Available[scanned..].IndexOf((byte)'\n');
            if (at >= 0)
            {
                found = true;
                return scanned + at > limit ? -1 : scanned + at;
            }

            scanned = window.Available.Length;
            found = false;
            if (scanned > limit)
            {
                return -1;
            }

            if (!window.Fill())
            {
                return scanned;
            }
        }
    }

    private void SkipLine()
    {
        while (true)
        {
            var at = window.Available.IndexOf((byte)'\n');
            if (at >= 0)
            {
                window.Advance(at + 1);
                return;
            }

            window.Advance(window.Available.Length);
            if (!window.Fill())
            {
                return;
            }
        }
    }
}
