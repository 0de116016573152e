using System.Xml.Linq;
using Meditron.Data.Curation.Papers;
using Meditron.Data.Curation.Readers.Records;

namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>Reads papers in JATS XML, as PMC has them: one article a file, or a set of articles in one file.</summary>
public sealed class JatsReader : RecordReader
{
    /// <inheritdoc/>
    public override string Name => "jats";

    /// <inheritdoc/>
    protected override bool IsUtf8 => false;

    /// <inheritdoc/>
    protected internal override string ShapeFault => ReadFailureKind.Xml;

    /// <inheritdoc/>
    public override bool CanRead(InputFile file) => file.Extension switch
    {
        ".nxml" => true,
        ".xml" => FileHead.Read(file) is var head && !PubMedXmlReader.IsPubMed(head) && head.IndexOf("<article"u8) >= 0,
        _ => false,
    };

    /// <inheritdoc/>
    protected internal override IRecordSplitter Split(ByteWindow window, int limit, InputFile file)
    {
        window.Ensure(4096);
        var head = window.Available[..Math.Min(window.Available.Length, 4096)];
        return head.IndexOf("<pmc-articleset"u8) >= 0 || head.IndexOf("<OAI-PMH"u8) >= 0
            ? new XmlElementSplitter(window, limit, "article")
            : new WholeSplitter(window, limit);
    }

    /// <inheritdoc/>
    protected internal override CorpusDocument Parse(RawRecord record, InputFile file)
    {
        if (Blanks.Only(record.Bytes.Span))
        {
            throw new RecordException(ReadFailureKind.Empty, "the file holds nothing but white space");
        }

        var root = XmlRecords.Parse(record.Bytes);
        var article = root.Name.LocalName == "article" ? root : root.Descendants().FirstOrDefault(e => e.Name.LocalName == "article")
            ?? throw new RecordException(ReadFailureKind.Xml, $"the root element is <{root.Name.LocalName}>; JATS has <article>");
        var paper = JatsPaper.Parse(article);
        if (paper.Sections.Count == 0 && paper.Abstract.Count == 0)
        {
            throw new RecordException(ReadFailureKind.MissingField, "the article has neither an abstract nor a body");
        }

        return Document(article, paper, record, file);
    }

    private static CorpusDocument Document(XElement article, StructuredPaper paper, RawRecord record, InputFile file)
    {
        var front = JatsPaper.Child(article, "front");
        var meta = JatsPaper.Child(front, "article-meta");
        var ids = (meta?.Elements() ?? []).Where(e => e.Name.LocalName == "article-id")
            .ToLookup(e => (string?)e.Attribute("pub-id-type") ?? "", e => e.Value.Trim());
        var shared = new SharedIds();
        shared.Add("pmid", ids["pmid"].FirstOrDefault());
        var pmc = ids["pmc"].FirstOrDefault() ?? ids["pmcid"].FirstOrDefault();
        shared.Add("pmcid", pmc);
        shared.Add("doi", ids["doi"].FirstOrDefault());
        var id = pmc is not null ? (pmc.StartsWith("PMC", StringComparison.OrdinalIgnoreCase) ? pmc : $"PMC{pmc}")
            : ids["pmid"].FirstOrDefault() ?? ids["doi"].FirstOrDefault();
        var type = (string?)article.Attribute("article-type");
        return new CorpusDocument
        {
            Id = id ?? DocumentIds.Of(file.Source, file, record.Offset),
            Subset = file.Subset,
            Source = file.Source,
            Title = paper.Title,
            Paper = paper,
            Metadata = new DocumentMetadata
            {
                License = License(meta),
                Language = (string?)article.Attribute(XNamespace.Xml + "lang"),
                Year = Years.Parse((meta?.Descendants() ?? []).FirstOrDefault(e => e.Name.LocalName == "pub-date")?.Elements().FirstOrDefault(e => e.Name.LocalName == "year")?.Value),
                Journal = JatsInline.Plain(front?.Descendants().FirstOrDefault(e => e.Name.LocalName == "journal-title")) is { Length: > 0 } journal ? journal : null,
                PublicationTypes = type is null ? [] : [type],
                SharedIds = shared.List,
            },
        };
    }

    private static string? License(XElement? meta)
    {
        var license = JatsPaper.Child(JatsPaper.Child(meta, "permissions"), "license");
        if (license is null)
        {
            return null;
        }

        var address = license.Attributes().FirstOrDefault(a => a.Name.LocalName == "href")?.Value
            ?? license.Descendants().FirstOrDefault(e => e.Name.LocalName == "license_ref")?.Value
            ?? license.Descendants().Attributes().FirstOrDefault(a => a.Name.LocalName == "href")?.Value;
        return address?.Trim() ?? JatsInline.Plain(license);
    }
}
