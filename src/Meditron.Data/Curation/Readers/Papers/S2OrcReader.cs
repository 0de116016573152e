using System.Text.Json;
using Meditron.Data.Curation.Readers.Json;
using Meditron.Data.Curation.Readers.Records;

namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>Reads papers in S2ORC JSON: the files of s2orc-doc2json, and the JSON lines of the Semantic Scholar bulk data with their annotations.</summary>
public sealed class S2OrcReader : RecordReader
{
    /// <inheritdoc/>
    public override string Name => "s2orc";

    /// <inheritdoc/>
    public override bool IsLineBased => true;

    /// <inheritdoc/>
    public override bool CanRead(InputFile file)
    {
        if (file.Extension != ".json" && !JsonSplitting.IsLines(file))
        {
            return false;
        }

        var head = FileHead.Read(file);
        return (head.IndexOf("\"paper_id\""u8) >= 0 || head.IndexOf("\"corpusid\""u8) >= 0)
            && (head.IndexOf("\"body_text\""u8) >= 0 || head.IndexOf("_parse\""u8) >= 0 || head.IndexOf("\"metadata\""u8) >= 0
                || head.IndexOf("\"abstract\": ["u8) >= 0 || head.IndexOf("\"content\""u8) >= 0 || head.IndexOf("\"annotations\""u8) >= 0);
    }

    /// <inheritdoc/>
    protected internal override IRecordSplitter Split(ByteWindow window, int limit, InputFile file) =>
        file.Start > 0 || file.Length is not null
            ? new LineSplitter(window, limit)
            : JsonSplitting.Choose(window, limit, file, objectOfRecords: false);

    /// <inheritdoc/>
    protected internal override CorpusDocument Parse(RawRecord record, InputFile file)
    {
        using var json = JsonDocument.Parse(record.Bytes, new JsonDocumentOptions { MaxDepth = 256 });
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new RecordException(ReadFailureKind.Json, $"the record is a JSON {root.ValueKind} where a paper's object was expected");
        }

        var paper = S2OrcAnnotated.Is(root) ? S2OrcAnnotated.Parse(root) : S2OrcParsed.Parse(root);
        if (paper.Sections.Count == 0 && paper.Abstract.Count == 0)
        {
            throw new RecordException(ReadFailureKind.MissingField, "the paper has neither an abstract nor body text");
        }

        var metadata = root.Get("metadata") ?? root;
        var id = root.GetText("paper_id") ?? root.GetText("corpusid");
        var identities = root.Get("externalids") ?? default;
        var shared = new SharedIds();
        shared.Add("s2orc", id is not null && id.All(char.IsAsciiDigit) ? id : null);
        shared.Add("pmid", metadata.GetText("pubmed_id") ?? identities.GetText("pubmed") ?? identities.GetText("PubMed"));
        shared.Add("pmcid", metadata.GetText("pmc_id") ?? identities.GetText("pubmedcentral") ?? identities.GetText("PubMedCentral"));
        shared.Add("doi", metadata.GetText("doi") ?? identities.GetText("doi") ?? identities.GetText("DOI"));
        return new CorpusDocument
        {
            Id = id ?? DocumentIds.Of(file.Source, file, record.Offset),
            Subset = file.Subset,
            Source = file.Source,
            Title = paper.Title,
            Paper = paper,
            Metadata = new DocumentMetadata
            {
                Year = Years.Parse(metadata.GetText("year")),
                Journal = metadata.GetText("journal") ?? metadata.GetText("venue"),
                License = (root.Get("openaccessinfo") ?? root.Get("content")?.Get("source")?.Get("oainfo"))?.GetText("license"),
                SharedIds = shared.List,
            },
        };
    }
}
