namespace Meditron.Data.Curation.Readers.Records;

/// <summary>Takes a whole stream as one record.</summary>
public sealed class WholeSplitter : IRecordSplitter
{
    private readonly ByteWindow window;
    private readonly int limit;
    private bool done;

    /// <summary>Reads a stream of at most <paramref name="limit"/> bytes.</summary>
    public WholeSplitter(ByteWindow window, int limit)
    {
        this.window = window;
        this.limit = limit;
    }

    /// <inheritdoc/>
    public bool TryRead(out RawRecord record)
    {
        record = default;
        if (done)
        {
            return false;
        }

        done = true;
        while (window.Available.Length <= limit && window.Fill())
        {
        }

        if (window.Available.Length > limit)
        {
            record = new RawRecord(default, 0, window.Offset, null, TooLong.Fault(window.Offset, limit, "document"));
            return true;
        }

        var offset = window.Offset;
        record = new RawRecord(window.Take(window.Available.Length), 0, offset, null, null);
        return true;
    }
}
