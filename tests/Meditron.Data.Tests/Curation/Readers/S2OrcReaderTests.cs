using Meditron.Data.Curation.Formatting;
using Meditron.Data.Curation.Papers;
using Meditron.Data.Curation.Readers.Papers;

namespace Meditron.Data.Tests.Curation.Readers;

public class S2OrcReaderTests
{
    [Fact]
    public void Paragraphs_become_sections_with_their_references()
    {
        var document = Inputs.One(new S2OrcReader(), "p.json", """
            {"paper_id":"42","metadata":{"title":"A paper","year":"2011-11","pubmed_id":"7"},
             "abstract":[{"text":"Abstract: We saw.","cite_spans":[],"ref_spans":[],"section":"Abstract"}],
             "body_text":[
              {"text":"𝛼 as said (1) in Fig. 1a and EQ.","section":"1 Introduction","sec_num":"1","cite_spans":[{"start":10,"end":13,"text":"(1)","ref_id":"BIBREF0"}],
               "ref_spans":[{"start":17,"end":24,"text":"Fig. 1a","ref_id":"FIGREF0"}],"eq_spans":[{"start":29,"end":31,"latex":"E=mc^2","ref_id":"EQREF0"}]},
              {"text":"More.","section":"1 Introduction","cite_spans":[],"ref_spans":[]},
              {"text":"End (Table 1).","section":"Results","cite_spans":[],"ref_spans":[{"start":5,"end":12,"text":"Table 1","ref_id":null}]}],
             "bib_entries":{"BIBREF0":{"title":"Older work","authors":[{"first":"A","last":"Ng"}],"year":1990}},
             "ref_entries":{"FIGREF0":{"text":"FIGURE 1 | A view of it. More.","type":"figure"},"EQREF0":{"text":"","type":"equation"}},
             "back_matter":[{"text":"Thanks.","section":"Acknowledgment"}]}
            """);
        var paper = document.Paper!;

        Assert.Equal(("42", "A paper", 2011), (document.Id, document.Title, document.Metadata.Year));
        Assert.Equal(["s2orc:42", "pmid:7"], document.Metadata.SharedIds);
        Assert.Equal("We saw.", Assert.Single(Assert.Single(paper.Abstract).Blocks).Text);
        Assert.Equal([("1 Introduction", 2), ("Results", 1)], paper.Sections.Select(s => (s.Header, s.Blocks.Count)));
        var block = paper.Sections[0].Blocks[0];
        Assert.Equal("𝛼 as said (1) in Fig. 1a and E=mc^2.", block.Text);
        Assert.Equal(["(1)", "Fig. 1a", "E=mc^2"], block.References.Select(r => block.Text.Substring(r.Start, r.Length)));
        Assert.Equal([new PaperFloat("FIGREF0", "Figure 1", "A view of it. More.")], paper.Figures);
        Assert.Equal(InlineReferenceKind.Table, Assert.Single(paper.Sections[1].Blocks[0].References).Kind);
        Assert.Equal(
            "A paper\n\n# Abstract\n\nWe saw.\n\n# Introduction\n\n𝛼 as said [bib_ref] Older work, Ng [/bib_ref] in [fig_ref] Figure 1: A view of it [/fig_ref] and [formula] E=mc^2 [/formula] .\n\nMore.\n\n# Results\n\nEnd (Table 1).\n\n[fig] Figure 1: A view of it. More. [/fig]",
            new PaperFormatter(new PaperFormatSettings()).Format(paper));
    }

    [Theory]
    [InlineData("grobid_parse")]
    [InlineData("pdf_parse")]
    [InlineData("latex_parse")]
    public void A_parse_below_the_top_level_is_found(string name) =>
        Assert.Equal("Body.", Inputs.One(new S2OrcReader(), "p.json", $$"""{"paper_id":"1","{{name}}":{"abstract":[],"body_text":[{"text":"Body.","section":null}]} }""").Paper!.Sections[0].Blocks[0].Text);

    [Fact]
    public void The_bulk_form_with_annotations_is_read()
    {
        const string Text = "Title\nWe saw it.\nIntroduction\nAs Roe (1) said, Fig 1 shows.\nFig. 1. A view.\nRoe. Older work. 1990.";
        string Span(string part, string attributes = "") => $$"""{\"start\":{{Text.IndexOf(part, StringComparison.Ordinal)}},\"end\":{{Text.IndexOf(part, StringComparison.Ordinal) + part.Length}}{{(attributes.Length == 0 ? "" : ",\\\"attributes\\\":{" + attributes + "}")}}}""";
        var json = $$"""
            {"corpusid":9,"externalids":{"pubmed":"5","doi":"10.1/Z"},"content":{"text":"{{Text.Replace("\n", "\\n", StringComparison.Ordinal)}}","annotations":{
            "title":"[{{Span("Title")}}]","abstract":"[{{Span("We saw it.")}}]","sectionheader":"[{{Span("Introduction", "\\\"n\\\":\\\"1\\\"")}}]",
            "paragraph":"[{{Span("We saw it.")}},{{Span("As Roe (1) said, Fig 1 shows.")}}]","bibref":"[{{Span("(1)", "\\\"ref_id\\\":\\\"b0\\\"")}}]",
            "figureref":"[{{Span("Fig 1", "\\\"ref_id\\\":\\\"fig_0\\\"")}}]","figure":"[{{Span("Fig. 1. A view.", "\\\"id\\\":\\\"fig_0\\\"")}}]","figurecaption":"[{{Span("Fig. 1. A view.")}}]",
            "bibentry":"[{{Span("Roe. Older work. 1990.", "\\\"id\\\":\\\"b0\\\"")}}]","bibtitle":"[{{Span("Older work")}}]","bibauthorlastname":null} } }
            """.ReplaceLineEndings("");

        var document = Inputs.One(new S2OrcReader(), "s2orc.jsonl", json);

        Assert.Equal(["s2orc:9", "pmid:5", "doi:10.1/z"], document.Metadata.SharedIds);
        Assert.Equal(
            "Title\n\n# Abstract\n\nWe saw it.\n\n# Introduction\n\nAs Roe [bib_ref] Older work [/bib_ref] said, [fig_ref] Figure 1: A view [/fig_ref] shows.\n\n[fig] Figure 1: A view. [/fig]",
            new PaperFormatter(new PaperFormatSettings()).Format(document.Paper!));
    }

    [Fact]
    public void A_paper_without_text_is_a_missing_field() =>
        Assert.Equal("missing-field", Assert.Single(Inputs.Read(new S2OrcReader(), "p.json", """{"paper_id":"1","abstract":[],"body_text":[]}""")).Failure!.Kind);
}
