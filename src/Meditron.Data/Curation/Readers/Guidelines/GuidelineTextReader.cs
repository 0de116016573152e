using System.Text;
using Meditron.Data.Curation.Readers.Records;

namespace Meditron.Data.Curation.Readers.Guidelines;

/// <summary>Reads guideline pages in Markdown or plain text, one page a file; the title is the first header, else the first line with letters.</summary>
public sealed class GuidelineTextReader : RecordReader
{
    /// <inheritdoc/>
    public override string Name => "markdown";

    /// <inheritdoc/>
    public override bool CanRead(InputFile file) => file.Extension is ".md" or ".markdown";

    /// <inheritdoc/>
    protected internal override IRecordSplitter Split(ByteWindow window, int limit, InputFile file) => new WholeSplitter(window, limit);

    /// <inheritdoc/>
    protected internal override CorpusDocument Parse(RawRecord record, InputFile file)
    {
        var text = Encoding.UTF8.GetString(record.Bytes.Span);
        if (string.IsNullOrWhiteSpace(text))
        {
            throw new RecordException(ReadFailureKind.Empty, "the file holds nothing but white space");
        }

        return new CorpusDocument
        {
            Id = DocumentIds.Of(file.Source, file, record.Offset),
            Subset = file.Subset,
            Source = file.Source,
            Title = Title(text),
            Text = text,
        };
    }

    private static string Title(string text)
    {
        string? first = null;
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan()[range].Trim();
            if (line.StartsWith('#'))
            {
                return line.Trim("# ").ToString();
            }

            if (first is null && line.ContainsAnyInRange('A', 'z'))
            {
                first = line.ToString();
            }
        }

        return first ?? "";
    }
}
