using Meditron.Data.Curation.Readers.Records;

namespace Meditron.Data.Curation.Readers.Json;

/// <summary>Reads JSON records by a field map: JSON lines, an array of records, or one record a file.</summary>
public sealed class JsonRecordReader : RecordReader
{
    private readonly JsonFieldTable table;

    /// <summary>A reader called <paramref name="name"/> that finds its fields by <paramref name="map"/>.</summary>
    public JsonRecordReader(string name, JsonFieldMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        Name = name;
        table = new JsonFieldTable(map);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override bool IsLineBased => true;

    /// <inheritdoc/>
    public override bool CanRead(InputFile file) => JsonSplitting.IsLines(file) || file.Extension == ".json";

    /// <inheritdoc/>
    protected internal override IRecordSplitter Split(ByteWindow window, int limit, InputFile file) =>
        file.Start > 0 || file.Length is not null
            ? new LineSplitter(window, limit)
            : JsonSplitting.Choose(window, limit, file, objectOfRecords: false);

    /// <inheritdoc/>
    protected internal override CorpusDocument Parse(RawRecord record, InputFile file)
    {
        var values = JsonFieldValues.Read(record.Bytes.Span, table);
        var text = values[JsonField.Text];
        if (text is null)
        {
            throw new RecordException(ReadFailureKind.MissingField, "the record has no text under any of the names of its field map");
        }

        var source = values[JsonField.Source] ?? file.Source;
        return new CorpusDocument
        {
            Id = values[JsonField.Id] ?? record.Key ?? DocumentIds.Of(source, file, record.Offset),
            Subset = file.Subset,
            Source = source,
            Title = values[JsonField.Title] ?? "",
            Text = text,
            Metadata = Metadata(values),
        };
    }

    private static DocumentMetadata Metadata(JsonFieldValues values)
    {
        var shared = new SharedIds();
        shared.Add("s2orc", values[JsonField.CorpusId]);
        shared.Add("pmid", values[JsonField.PubMedId]);
        shared.Add("pmcid", values[JsonField.PmcId]);
        shared.Add("doi", values[JsonField.Doi]);
        return new DocumentMetadata
        {
            Url = values[JsonField.Url],
            License = values[JsonField.License],
            Language = values[JsonField.Language],
            Year = Years.Parse(values[JsonField.Year]),
            Journal = values[JsonField.Journal],
            Citations = int.TryParse(values[JsonField.Citations], out var citations) ? citations : null,
            PublicationTypes = values.PublicationTypes,
            MeshTerms = values.MeshTerms,
            SharedIds = shared.List,
        };
    }
}
