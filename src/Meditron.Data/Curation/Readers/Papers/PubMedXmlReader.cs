using System.Text;
using System.Xml.Linq;
using Meditron.Data.Curation.Readers.Records;

namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>Reads abstracts in PubMed's XML (<c>PubmedArticleSet</c>), article by article, so that a damaged one costs itself alone.</summary>
public sealed class PubMedXmlReader : RecordReader
{
    /// <inheritdoc/>
    public override string Name => "pubmed-xml";

    /// <inheritdoc/>
    protected internal override string ShapeFault => ReadFailureKind.Xml;

    /// <inheritdoc/>
    public override bool CanRead(InputFile file) => file.Extension == ".xml" && IsPubMed(FileHead.Read(file));

    internal static bool IsPubMed(ReadOnlySpan<byte> head) =>
        head.IndexOf("<PubmedArticle"u8) >= 0 || head.IndexOf("<MedlineCitationSet"u8) >= 0 || head.IndexOf("<PubmedBookArticle"u8) >= 0;

    /// <inheritdoc/>
    protected internal override IRecordSplitter Split(ByteWindow window, int limit, InputFile file)
    {
        window.Ensure(4096);
        return window.Available[..Math.Min(window.Available.Length, 4096)].IndexOf("<MedlineCitationSet"u8) >= 0
            ? new XmlElementSplitter(window, limit, "MedlineCitation")
            : new XmlElementSplitter(window, limit, "PubmedArticle", "PubmedBookArticle");
    }

    /// <inheritdoc/>
    protected internal override CorpusDocument Parse(RawRecord record, InputFile file)
    {
        var root = XmlRecords.Parse(record.Bytes);
        var citation = root.Name.LocalName == "MedlineCitation" ? root : root.Element("MedlineCitation") ?? root.Element("BookDocument")
            ?? throw new RecordException(ReadFailureKind.Xml, $"<{root.Name.LocalName}> holds no <MedlineCitation>");
        var article = citation.Element("Article") ?? citation;
        var pmid = citation.Element("PMID")?.Value.Trim();
        var text = Abstract(article.Element("Abstract") ?? citation.Element("OtherAbstract"));
        if (text.Length == 0)
        {
            throw new RecordException(ReadFailureKind.MissingField, $"PubMed record {pmid ?? "without PMID"} has no abstract");
        }

        var shared = new SharedIds();
        shared.Add("pmid", pmid);
        foreach (var id in (root.Element("PubmedData") ?? root.Element("PubmedBookData"))?.Element("ArticleIdList")?.Elements("ArticleId") ?? [])
        {
            shared.Add((string?)id.Attribute("IdType") switch { "pmc" => "pmcid", "doi" => "doi", _ => "" }, (string?)id.Attribute("IdType") is "pmc" or "doi" ? id.Value : null);
        }

        var journal = article.Element("Journal");
        return new CorpusDocument
        {
            Id = pmid ?? DocumentIds.Of(file.Source, file, record.Offset),
            Subset = file.Subset,
            Source = file.Source,
            Title = Spaces.Collapse(Flat(article.Element("ArticleTitle") ?? article.Element("Book")?.Element("BookTitle"))).TrimStart('[').TrimEnd('.', ']'),
            Text = text,
            Metadata = new DocumentMetadata
            {
                Language = article.Element("Language")?.Value is "eng" ? "en" : article.Element("Language")?.Value,
                Year = Years.Parse(journal?.Element("JournalIssue")?.Element("PubDate")?.Value ?? citation.Element("DateCompleted")?.Value),
                Journal = journal?.Element("Title")?.Value.Trim(),
                PublicationTypes = [.. (article.Element("PublicationTypeList")?.Elements("PublicationType") ?? []).Select(e => e.Value.Trim())],
                MeshTerms = [.. (citation.Element("MeshHeadingList")?.Elements("MeshHeading").Elements("DescriptorName") ?? []).Select(e => e.Value.Trim())],
                SharedIds = shared.List,
            },
        };
    }

    /// <summary>The parts of the abstract, one a line, each after its label where it has one.</summary>
    private static string Abstract(XElement? element)
    {
        var text = new StringBuilder();
        foreach (var part in element?.Elements("AbstractText") ?? [])
        {
            var body = Spaces.Collapse(Flat(part));
            if (body.Length == 0)
            {
                continue;
            }

            text.Append(text.Length == 0 ? "" : "\n");
            if ((string?)part.Attribute("Label") is { Length: > 0 } label && !label.Equals("UNLABELLED", StringComparison.OrdinalIgnoreCase))
            {
                text.Append(label.Trim()).Append(": ");
            }

            text.Append(body);
        }

        return text.ToString();
    }

    /// <summary>The text of mixed content; MathML on one line.</summary>
    private static string Flat(XElement? element)
    {
        if (element is null || !element.HasElements)
        {
            return element?.Value ?? "";
        }

        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(node switch
            {
                XText run => run.Value,
                XElement { Name.LocalName: "math" } math => MathText.Of(math),
                XElement child => Flat(child),
                _ => "",
            });
        }

        return text.ToString();
    }
}
