using Meditron.Data.Curation.Readers.Records;

namespace Meditron.Data.Curation.Readers.Json;

/// <summary>Reads MedQuAD's answered questions as JSON lines: the question becomes the title, the answer the text.</summary>
public sealed class MedQuadReader : RecordReader
{
    private static readonly JsonFieldTable Table = new(new JsonFieldMap
    {
        Text = ["answer"],
        Title = ["question"],
        Id = ["id"],
        Source = ["source"],
    });

    /// <inheritdoc/>
    public override string Name => "medquad";

    /// <inheritdoc/>
    public override bool IsLineBased => true;

    /// <inheritdoc/>
    public override bool CanRead(InputFile file) =>
        JsonSplitting.IsLines(file) && file.Name.Contains("medquad", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    protected internal override IRecordSplitter Split(ByteWindow window, int limit, InputFile file) => new LineSplitter(window, limit);

    /// <inheritdoc/>
    protected internal override CorpusDocument Parse(RawRecord record, InputFile file)
    {
        var values = JsonFieldValues.Read(record.Bytes.Span, Table);
        var question = values[JsonField.Title] ?? throw new RecordException(ReadFailureKind.MissingField, "the record has no \"question\"");
        var answer = values[JsonField.Text] ?? throw new RecordException(ReadFailureKind.MissingField, "the record has no \"answer\"");
        var source = values[JsonField.Source] ?? file.Source;
        return new CorpusDocument
        {
            Id = values[JsonField.Id] ?? DocumentIds.Of(source, file, record.Offset),
            Subset = file.Subset,
            Source = source,
            Title = question,
            Text = answer,
            Metadata = new DocumentMetadata { Url = values[JsonField.Url] },
        };
    }
}
