using System.Text;
using Meditron.Data.Curation.Readers.Records;

namespace Meditron.Data.Curation.Readers;

/// <summary>Reads plain text: a file is one document, or is cut at a separator.</summary>
public sealed class PlainTextReader : RecordReader
{
    private readonly string? separator;

    /// <summary>A reader that cuts at <paramref name="separator"/>, or not at all where it is null.</summary>
    public PlainTextReader(string? separator = null)
    {
        this.separator = string.IsNullOrEmpty(separator) ? null : separator;
    }

    /// <inheritdoc/>
    public override string Name => "text";

    /// <inheritdoc/>
    public override bool IsLineBased => separator == "\n";

    /// <inheritdoc/>
    public override bool CanRead(InputFile file) => file.Extension is ".txt" or ".text";

    /// <inheritdoc/>
    protected internal override IRecordSplitter Split(ByteWindow window, int limit, InputFile file) => separator switch
    {
        null => new WholeSplitter(window, limit),
        "\n" => new LineSplitter(window, limit),
        _ => new BlockSplitter(window, limit, separator),
    };

    /// <inheritdoc/>
    protected internal override CorpusDocument Parse(RawRecord record, InputFile file)
    {
        if (Blanks.Only(record.Bytes.Span))
        {
            throw new RecordException(ReadFailureKind.Empty, "the file holds nothing but white space");
        }

        return new CorpusDocument
        {
            Id = DocumentIds.Of(file.Source, file, record.Offset),
            Subset = file.Subset,
            Source = file.Source,
            Text = Encoding.UTF8.GetString(record.Bytes.Span),
        };
    }
}
