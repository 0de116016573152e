using System.Text;

namespace Meditron.Data.Curation.Readers.Records;

/// <summary>Cuts plain text into documents at a separator, such as a blank line or a marker.</summary>
public sealed class BlockSplitter : IRecordSplitter
{
    private readonly ByteWindow window;
    private readonly int limit;
    private readonly byte[] separator;
    private long index;

    /// <summary>Cuts at each <paramref name="separator"/>, which belongs to no record.</summary>
    public BlockSplitter(ByteWindow window, int limit, string separator)
    {
        ArgumentException.ThrowIfNullOrEmpty(separator);
        this.window = window;
        this.limit = limit;
        this.separator = Encoding.UTF8.GetBytes(separator);
    }

    /// <inheritdoc/>
    public bool TryRead(out RawRecord record)
    {
        while (window.Ensure(1))
        {
            var offset = window.Offset;
            var skipped = false;
            var scanned = 0;
            while (true)
            {
                var at = window.Available[scanned..].IndexOf(separator);
                if (at >= 0)
                {
                    scanned += at;
                    break;
                }

                scanned = Math.Max(0, window.Available.Length - separator.Length + 1);
                if (scanned > limit)
                {
                    skipped = true;
                    window.Advance(scanned);
                    scanned = 0;
                }

                if (!window.Fill())
                {
                    scanned = window.Available.Length;
                    break;
                }
            }

            var block = window.Take(scanned);
            window.Advance(Math.Min(separator.Length, window.Available.Length));
            if (skipped || block.Length > limit)
            {
                record = new RawRecord(default, index++, offset, null, TooLong.Fault(offset, limit, "document"));
                return true;
            }

            if (!Blanks.Only(block.Span))
            {
                record = new RawRecord(block, index++, offset, null, null);
                return true;
            }
        }

        record = default;
        return false;
    }
}
