using System.Text.Json;
using Meditron.Data.Curation.Readers.Records;

namespace Meditron.Data.Curation.Readers.Json;

/// <summary>Chooses how a JSON file is cut: lines, elements of an array or object of records, or one record.</summary>
internal static class JsonSplitting
{
    private const int Sample = 1 << 16;

    public static bool IsLines(InputFile file) => file.Extension is ".jsonl" or ".ndjson" or ".json-lines" or ".jsonlines";

    /// <param name="window">The stream.</param>
    /// <param name="limit">The longest record.</param>
    /// <param name="file">The file, whose extension may settle the matter.</param>
    /// <param name="objectOfRecords">Whether a file that is one object holds its records as properties, rather than being one record.</param>
    public static IRecordSplitter Choose(ByteWindow window, int limit, InputFile file, bool objectOfRecords)
    {
        if (IsLines(file))
        {
            return new LineSplitter(window, limit);
        }

        window.Ensure(1);
        SkipBlank(window);
        if (window.Available.IsEmpty || window.Available[0] == '[')
        {
            return window.Available.IsEmpty ? new LineSplitter(window, limit) : new JsonElementSplitter(window, limit);
        }

        if (FirstLineIsRecord(window))
        {
            return new LineSplitter(window, limit);
        }

        return objectOfRecords ? new JsonElementSplitter(window, limit) : new WholeSplitter(window, limit);
    }

    private static void SkipBlank(ByteWindow window)
    {
        while (true)
        {
            var blank = window.Available.IndexOfAnyExcept(Blanks.Values);
            window.Advance(blank < 0 ? window.Available.Length : blank);
            if (blank >= 0 || !window.Fill())
            {
                return;
            }
        }
    }

    /// <summary>Whether the first line is a JSON object by itself with more text behind it: JSON lines under another extension.</summary>
    private static bool FirstLineIsRecord(ByteWindow window)
    {
        window.Ensure(Sample);
        var end = window.Available.IndexOf((byte)'\n');
        if (end < 0 || window.Available[0] != '{' || Blanks.Only(window.Available[end..]))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(window.Available[..end]);
            return reader.Read() && reader.TrySkip() && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
