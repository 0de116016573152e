using System.IO.Compression;
using System.Text;
using Meditron.Data.Curation;
using Meditron.Data.Curation.Papers;
using Meditron.Data.Curation.Readers;
using Meditron.Data.Curation.Readers.Papers;
using Meditron.Testing;

namespace Meditron.Data.Tests.Curation.Readers;

public class XmlReaderTests
{
    private const string Article = """
        <!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "JATS-archivearticle1.dtd">
        <article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="research-article" xml:lang="en">
        <front><journal-meta><journal-title-group><journal-title>J Test</journal-title></journal-title-group></journal-meta>
        <article-meta><article-id pub-id-type="pmid">77</article-id><article-id pub-id-type="pmc">88</article-id>
        <title-group><article-title>Of <italic>Mus</italic> and
          men<xref ref-type="fn" rid="f">*</xref></article-title><subtitle>a trial</subtitle></title-group>
        <contrib-group><contrib><name><surname>Hidden</surname></name></contrib></contrib-group><aff>Hidden University</aff>
        <pub-date><year>2015</year></pub-date><permissions><license xlink:href="https://cc.org/by"/></permissions>
        <abstract abstract-type="graphical"><p>Graphical.</p></abstract>
        <abstract><sec><title>Aims</title><p>To see.</p></sec></abstract></article-meta></front>
        <body>
        <p>Loose text.</p>
        <sec><label>1.</label><title>Methods</title>
          <p>Mice <xref ref-type="bibr" rid="B1 B2">[1,2]</xref> ran 10<sup>5</sup>&nbsp;m&sup2; (Fig. <xref ref-type="fig" rid="F1">1</xref>).
             <list><list-item><p>first</p><list><list-item><p>inner</p></list-item></list></list-item><list-item><p>second</p></list-item></list> After &alpha;.</p>
          <fig id="F1"><label>Fig. 1</label><caption><title>Mice run</title><p>Fast [<xref ref-type="bibr" rid="B1">1</xref>].</p></caption><graphic xlink:href="g"/></fig>
          <disp-formula><mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mi>E</mml:mi><mml:mo>=</mml:mo><mml:msup><mml:mi>c</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math></disp-formula>
          <sec><title>Animals</title><p>With <inline-formula><tex-math>\begin{document}$$x$$\end{document}</tex-math></inline-formula>.</p></sec>
        </sec></body>
        <back><ack><p>Thanks.</p></ack><ref-list>
        <ref id="B1"><element-citation><person-group person-group-type="author"><name><surname>Roe</surname></name></person-group><article-title>On mice.</article-title><year>1999</year></element-citation></ref>
        <ref id="B2"><mixed-citation><collab>The Group</collab> <source>A book</source></mixed-citation></ref></ref-list></back>
        <floats-group><table-wrap id="T1"><label>Table 1</label><caption><p>Late table.</p></caption></table-wrap></floats-group>
        </article>
        """;

    [Fact]
    public void A_JATS_article_is_read_with_its_structure()
    {
        var document = Inputs.One(new JatsReader(), "a.nxml", Article);
        var paper = document.Paper!;

        Assert.Equal(("PMC88", "Of Mus and men: a trial", "en", 2015, "J Test", "https://cc.org/by"),
            (document.Id, document.Title, document.Metadata.Language, document.Metadata.Year, document.Metadata.Journal, document.Metadata.License));
        Assert.Equal(["pmid:77", "pmcid:88"], document.Metadata.SharedIds);
        Assert.Equal("Aims", Assert.Single(paper.Abstract).Header);
        Assert.Equal(["", "Methods"], paper.Sections.Select(s => s.Header));
        var methods = paper.Sections[1];
        Assert.Equal("1", methods.Number);
        Assert.Equal("Animals", Assert.Single(methods.Sections).Header);
        Assert.Equal(
            [
                (PaperBlockKind.Paragraph, "Mice [1,2] ran 10^5 m² (Fig. 1).", 0), (PaperBlockKind.ListItem, "first", 0), (PaperBlockKind.ListItem, "inner", 1),
                (PaperBlockKind.ListItem, "second", 0), (PaperBlockKind.Paragraph, "After α.", 0), (PaperBlockKind.Figure, "", 0), (PaperBlockKind.Formula, "E = c^2", 0),
            ],
            methods.Blocks.Select(b => (b.Kind, b.Text, b.Depth)));
        Assert.Equal(
            [(InlineReferenceKind.Citation, "[1,2]", "B1"), (InlineReferenceKind.Citation, "", "B2"), (InlineReferenceKind.Figure, "1", "F1")],
            methods.Blocks[0].References.Select(r => (r.Kind, methods.Blocks[0].Text.Substring(r.Start, r.Length), r.Target)));
        Assert.Equal([new PaperFloat("F1", "Figure 1", "Mice run. Fast.")], paper.Figures);
        Assert.Equal([new PaperFloat("T1", "Table 1", "Late table.")], paper.Tables);
        Assert.Equal([new BibliographyEntry("B1", "On mice", "Roe", 1999), new BibliographyEntry("B2", "A book", "The Group")], paper.Bibliography);
        Assert.Equal("Acknowledgements", Assert.Single(paper.BackMatter).Header);
        Assert.Equal((InlineReferenceKind.Formula, "x"), (methods.Sections[0].Blocks[0].References[0].Kind, methods.Sections[0].Blocks[0].Text.Substring(5, 1)));
    }

    [Theory]
    [InlineData("<article><front></front><body><sec><p>cut", ReadFailureKind.Xml)]
    [InlineData("<article><body><p>a &unknown; b</p></body></article>", ReadFailureKind.Xml)]
    [InlineData("<book><p>other</p></book>", ReadFailureKind.Xml)]
    [InlineData("<article><front/></article>", ReadFailureKind.MissingField)]
    [InlineData("", ReadFailureKind.Empty)]
    [InlineData("  \n ", ReadFailureKind.Empty)]
    public void A_broken_article_is_one_named_failure(string content, string kind) =>
        Assert.Equal(kind, Assert.Single(Inputs.Read(new JatsReader(), "a.nxml", content)).Failure!.Kind);

    [Theory]
    [InlineData("b")]
    [InlineData("sec")]
    [InlineData("list")]
    public void Elements_nested_without_end_are_one_failure(string name)
    {
        var nested = string.Concat(Enumerable.Repeat($"<{name}>", 100_000)) + "x" + string.Concat(Enumerable.Repeat($"</{name}>", 100_000));

        var failure = Assert.Single(Inputs.Read(new JatsReader(), "a.nxml", Encoding.UTF8.GetBytes($"<article><body><p>{nested}</p>{nested}</body></article>"), limit: 1 << 24)).Failure!;

        Assert.Equal(ReadFailureKind.Xml, failure.Kind);
    }

    [Fact]
    public void Bytes_in_another_encoding_than_declared_are_one_failure()
    {
        var latin = Encoding.Latin1.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?><article><body><p>caf\u00e9</p></body></article>");
        Assert.Equal(ReadFailureKind.Encoding, Assert.Single(Inputs.Read(new JatsReader(), "a.nxml", latin)).Failure!.Kind);
        Assert.Equal(ReadFailureKind.Encoding, Assert.Single(Inputs.Read(new JatsReader(), "a.nxml", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("<article/>")])).Failure!.Kind);
        var declared = Encoding.Latin1.GetBytes("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><article><body><p>caf\u00e9</p></body></article>");
        Assert.Equal("café", Assert.Single(Inputs.Read(new JatsReader(), "a.nxml", declared)).Document!.Paper!.Sections[0].Blocks[0].Text);
    }

    [Fact]
    public void Entities_of_a_DTD_are_neither_expanded_nor_fetched()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("secret.txt"), "SECRET");
        var attack = $"<!DOCTYPE article [<!ENTITY x SYSTEM \"file://{folder.File("secret.txt")}\"><!ENTITY y \"yyyy\">]><article><body><p>&x;&y;</p></body></article>";

        var failure = Assert.Single(Inputs.Read(new JatsReader(), "a.nxml", attack)).Failure!;

        Assert.Equal(ReadFailureKind.Xml, failure.Kind);
    }

    [Fact]
    public void A_broken_entry_of_an_archive_is_set_aside_and_the_others_are_read()
    {
        using var folder = new TemporaryFolder();
        using (var archive = ZipFile.Open(folder.File("papers.zip"), ZipArchiveMode.Create))
        {
            foreach (var (name, content) in new[] { ("c.nxml", Article), ("a.nxml", Article), ("b/broken.nxml", "<article><body>"), ("d.nxml.gz", "not gzip") })
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(content));
            }
        }

        var failures = new List<ReadFailure>();
        var files = InputFinder.Find([folder.File("papers.zip")], new InputFile { Path = "", Subset = "papers" }, failures);
        var results = files.SelectMany(file => Inputs.Read(new JatsReader(), file)).ToList();

        Assert.Empty(failures);
        Assert.Equal(["a.nxml", "b/broken.nxml", "c.nxml", "d.nxml.gz"], files.Select(f => f.Entry));
        Assert.Equal([true, false, true, false], results.Select(r => r.IsDocument));
        Assert.EndsWith("papers.zip!b/broken.nxml", results[1].Failure!.File, StringComparison.Ordinal);
        Assert.Equal(ReadFailureKind.Archive, results[3].Failure!.Kind);
    }

    [Fact]
    public void A_set_of_articles_is_read_article_by_article()
    {
        var results = Inputs.Read(new JatsReader(), "set.xml",
            "<pmc-articleset xmlns:xlink=\"x\"><article><body><p>one</p></body></article><article><body><p>two<p></body></article><article><body><sec xlink:a=\"b\"><p>three</p></sec></body></article></pmc-articleset>");

        Assert.Equal([true, false, true], results.Select(r => r.IsDocument));
    }

    [Fact]
    public void PubMed_articles_are_read_one_by_one_past_a_damaged_one()
    {
        const string Good = """
            <PubmedArticle><MedlineCitation><PMID Version="1">31</PMID><Article><Journal><JournalIssue><PubDate><Year>2004</Year></PubDate></JournalIssue><Title>J</Title></Journal>
            <ArticleTitle>Effects of <i>x</i>.</ArticleTitle><Abstract><AbstractText Label="AIM">We &lt; all.</AbstractText><AbstractText>Then.</AbstractText></Abstract><Language>eng</Language>
            <PublicationTypeList><PublicationType>Review</PublicationType></PublicationTypeList></Article><MeshHeadingList><MeshHeading><DescriptorName>Mice</DescriptorName></MeshHeading></MeshHeadingList></MedlineCitation>
            <PubmedData><ArticleIdList><ArticleId IdType="doi">10.1/X</ArticleId><ArticleId IdType="pmc">PMC9</ArticleId></ArticleIdList></PubmedData></PubmedArticle>
            """;
        const string Damaged = "<PubmedArticle><MedlineCitation><PMID>32</PMID><Article>";
        const string Bare = "<PubmedArticle><MedlineCitation><PMID>33</PMID><Article><ArticleTitle>No abstract</ArticleTitle></Article></MedlineCitation></PubmedArticle>";

        var results = Inputs.Read(new PubMedXmlReader(), "pubmed.xml", $"<?xml version=\"1.0\"?><!DOCTYPE PubmedArticleSet><PubmedArticleSet>\n{Good}\n{Damaged}\n{Good}{Bare}{Good}<PubmedArticle><Med");

        Assert.Equal([true, false, true, false, true, false], results.Select(r => r.IsDocument));
        Assert.Equal([ReadFailureKind.Xml, ReadFailureKind.MissingField, ReadFailureKind.Xml], results.Where(r => !r.IsDocument).Select(r => r.Failure!.Kind));
        var document = results[0].Document!;
        Assert.Equal(("31", "Effects of x", "AIM: We < all.\nThen.", "en", 2004), (document.Id, document.Title, document.Text, document.Metadata.Language, document.Metadata.Year));
        Assert.Equal(["pmid:31", "doi:10.1/x", "pmcid:9"], document.Metadata.SharedIds);
        Assert.Equal(["Review", "Mice"], document.Metadata.PublicationTypes.Concat(document.Metadata.MeshTerms));
    }

    [Fact]
    public void A_PubMed_article_over_the_limit_is_set_aside()
    {
        var article = $"<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Abstract><AbstractText>{{0}}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>";
        var content = $"<PubmedArticleSet>{article.Replace("{0}", "a", StringComparison.Ordinal)}{article.Replace("{0}", new string('x', 500_000), StringComparison.Ordinal)}{article.Replace("{0}", "b", StringComparison.Ordinal)}</PubmedArticleSet>";

        var results = Inputs.Read(new PubMedXmlReader(), "pubmed.xml", Encoding.UTF8.GetBytes(content), limit: 10_000);

        Assert.Equal(["a", null, "b"], results.Select(r => r.Document?.Text));
        Assert.Equal(ReadFailureKind.TooLarge, results[1].Failure!.Kind);
    }
}
