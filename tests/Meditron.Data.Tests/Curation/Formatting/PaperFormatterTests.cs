using Meditron.Data.Curation.Formatting;
using Meditron.Data.Curation.Papers;

namespace Meditron.Data.Tests.Curation.Formatting;

public class PaperFormatterTests
{
    private const string LongTitle = "One two three four five six seven eight nine ten eleven twelve thirteen";

    private static readonly StructuredPaper Empty = new()
    {
        Bibliography = [new("b1", LongTitle, "Ng", 2001), new("b2", "Short work", "Roe"), new("b3", "No author", ""), new("b4", "", "Untitled")],
        Figures = [new("f1", "Figure 1", "Mice of the strain E. coli fed; (A) first, (B) second. More follows."), new("f2", "", "Only a caption")],
        Tables = [new("t1", "Table 1", "Doses")],
    };

    [Fact]
    public void A_paper_is_written_by_all_rules()
    {
        var paper = Empty with
        {
            Title = "A  paper",
            Abstract = [new() { Header = "AIM", Blocks = [Text("We asked.")] }],
            Sections =
            [
                new() { Header = "1. INTRODUCTION", Blocks = [Cited("Known [1,2] facts.", ("1", InlineReferenceKind.Citation, "b1"), ("2", InlineReferenceKind.Citation, "b2"))] },
                new()
                {
                    Header = "Materials and Methods",
                    Blocks = [Item("one"), Item("two"), Text("Then."), new() { Kind = PaperBlockKind.Figure, FloatId = "f1" }, new() { Kind = PaperBlockKind.Formula, Text = "a = b" }],
                    Sections = [new() { Header = "Case Animals", Blocks = [Text("Mice.")] }],
                },
                new() { Header = "Competing interests", Blocks = [Text("None.")] },
            ],
            BackMatter = [new() { Header = "Acknowledgements", Blocks = [Text("Thanks.")] }],
        };

        Assert.Equal(
            """
            A paper

            # Abstract

            ## Aim

            We asked.

            # Introduction

            Known [bib_ref] One two three four five six seven eight nine ten eleven twelve..., Ng [/bib_ref] [bib_ref] Short work, Roe [/bib_ref] facts.

            # Materials and methods

            - one
            - two

            Then.

            [fig] Figure 1: Mice of the strain E. coli fed; (A) first, (B) second. More follows. [/fig]

            [formula] a = b [/formula]

            ## Case animals

            Mice.

            [fig] Only a caption [/fig]

            [table] Table 1: Doses [/table]
            """,
            new PaperFormatter(new PaperFormatSettings()).Format(paper));
    }

    [Theory]
    [InlineData("As [1] said.", "[1]", "b2", "As [bib_ref] Short work, Roe [/bib_ref] said.")]
    [InlineData("As (1) said.", "1", "b2", "As [bib_ref] Short work, Roe [/bib_ref] said.")]
    [InlineData("As said [1].", "1", "b2", "As said [bib_ref] Short work, Roe [/bib_ref] .")]
    [InlineData("Known(1).", "(1)", "b2", "Known [bib_ref] Short work, Roe [/bib_ref] .")]
    [InlineData("As (see Roe 2001) said.", "Roe 2001", "b2", "As (see [bib_ref] Short work, Roe [/bib_ref] ) said.")]
    [InlineData("As (e.g. Roe, 2001) said.", "Roe, 2001)", "b2", "As (e.g. [bib_ref] Short work, Roe [/bib_ref] ) said.")]
    [InlineData("As [1] said.", "1", "b3", "As [bib_ref] No author [/bib_ref] said.")]
    [InlineData("As said [1].", "1", "b4", "As said.")]
    [InlineData("As said [1], so.", "[1]", null, "As said, so.")]
    [InlineData("As [1] said.", "1", "unknown", "As said.")]
    [InlineData("[1] said.", "[1]", "b2", "[bib_ref] Short work, Roe [/bib_ref] said.")]
    public void A_citation_is_written_out_or_dropped(string text, string span, string? target, string expected) =>
        Assert.Equal(expected, Body(Cited(text, (span, InlineReferenceKind.Citation, target))));

    [Fact]
    public void Citations_side_by_side_lose_their_separators()
    {
        const string Two = "[bib_ref] Short work, Roe [/bib_ref] [bib_ref] No author [/bib_ref]";
        foreach (var text in new[] { "As [1,2].", "As [1]-[2].", "As (1; 2).", "As 1–2." })
        {
            var spans = text.Contains("[1]", StringComparison.Ordinal) ? ("[1]", "[2]") : ("1", "2");
            Assert.Equal($"As {Two} .", Body(Cited(text, (spans.Item1, InlineReferenceKind.Citation, "b2"), (spans.Item2, InlineReferenceKind.Citation, "b3"))));
        }
    }

    [Fact]
    public void Brackets_parted_over_the_spans_go_with_them() =>
        Assert.Equal("As [bib_ref] Short work, Roe [/bib_ref] [bib_ref] No author [/bib_ref] .",
            Body(Cited("As (Roe, 2001; Ng, 2002) .", ("(Roe, 2001;", InlineReferenceKind.Citation, "b2"), ("Ng, 2002)", InlineReferenceKind.Citation, "b3"))));

    [Theory]
    [InlineData("See Figure 1.", "1", "f1", "See [fig_ref] Figure 1: Mice of the strain E. coli fed [/fig_ref] .")]
    [InlineData("See Fig. 1A, B.", "1A, B", "f1", "See [fig_ref] Figure 1: Mice of the strain E. coli fed [/fig_ref] .")]
    [InlineData("Seen (Figure 1).", "(Figure 1)", "f1", "Seen [fig_ref] Figure 1: Mice of the strain E. coli fed [/fig_ref] .")]
    [InlineData("Seen (Figs 2A ) now.", "(Figs 2A", "f2", "Seen ( [fig_ref] Figure 2A: Only a caption [/fig_ref] ) now.")]
    [InlineData("Figure 9 shows it.", "Figure 9", null, "Figure 9 shows it.")]
    [InlineData("Figure 9 shows it.", "9", "f9", "Figure 9 shows it.")]
    public void A_figure_reference_tells_the_captions_first_clause(string text, string span, string? target, string expected) =>
        Assert.Equal(expected, Body(Cited(text, (span, InlineReferenceKind.Figure, target))));

    [Fact]
    public void A_table_reference_uses_the_figure_tokens() =>
        Assert.Equal("In [fig_ref] Table 1: Doses [/fig_ref] it is.", Body(Cited("In Table 1 it is.", ("Table 1", InlineReferenceKind.Table, "t1"))));

    [Fact]
    public void An_inline_formula_and_a_footnote_mark_are_marked_and_dropped() =>
        Assert.Equal("Let [formula] x^2 [/formula] be.", Body(Cited("Let x^2 be*.", ("x^2", InlineReferenceKind.Formula, null), ("*", InlineReferenceKind.Footnote, "n"))));

    [Fact]
    public void Each_rule_can_be_switched_off()
    {
        var cited = Cited("As [1] in Fig. 1 with x.", ("1", InlineReferenceKind.Citation, "b2"), ("Fig. 1", InlineReferenceKind.Figure, "f1"), ("x", InlineReferenceKind.Formula, null));
        Assert.Equal("As in Fig. 1 with x.", Body(cited, new() { Citations = false, FloatReferences = false, Formulas = false, Floats = FloatPlacement.Drop }));

        var paper = Empty with
        {
            Title = "T",
            Abstract = [new() { Blocks = [Text("Abstract.")] }],
            Sections = [new() { Header = "2 RESULTS", Number = "2", Blocks = [Item("item"), new() { Kind = PaperBlockKind.Figure, FloatId = "f1" }, Text("• bullet")] }, new() { Header = "Funding", Blocks = [Text("Money.")] }],
            BackMatter = [new() { Header = "Notes", Blocks = [Text("Note.")] }],
        };
        Assert.Equal("item\n\n• bullet", new PaperFormatter(new()
        {
            Title = false, Abstract = false, Headers = false, Bullets = false, Floats = FloatPlacement.Drop,
        }).Format(paper)[..14]);
        Assert.Equal("## 2 RESULTS\n\n- item\n- bullet\n\n## Funding\n\nMoney.\n\n# Notes\n\nNote.\n\n## References\n\n[bib] " + LongTitle + ", Ng [/bib]\n[bib] Short work, Roe [/bib]\n[bib] No author [/bib]", new PaperFormatter(new()
        {
            Title = false, Abstract = false, SentenceCase = false, StripHeaderNumbers = false, Floats = FloatPlacement.Drop, DropSections = [], BackMatter = true, Bibliography = true,
            MainKeywords = ["note"],
        }).Format(paper));
    }

    [Fact]
    public void Captions_can_go_to_the_end()
    {
        var paper = Empty with { Sections = [new() { Blocks = [new() { Kind = PaperBlockKind.Table, FloatId = "t1" }, Text("After.")] }] };

        Assert.Equal("After.", new PaperFormatter(new() { Floats = FloatPlacement.End }).Format(paper).Split('\n')[0]);
        Assert.StartsWith("[table] Table 1: Doses [/table]\n\nAfter.", new PaperFormatter(new()).Format(paper), StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_whose_content_is_left_out_leaves_no_header()
    {
        var paper = new StructuredPaper { Title = "T", Sections = [new() { Header = "Results", Sections = [new() { Header = "Funding", Blocks = [Text("x")] }] }, new() { Header = "End", Blocks = [Text("y")] }] };

        Assert.Equal("T\n\n## End\n\ny", new PaperFormatter(new()).Format(paper));
        Assert.Equal("", new PaperFormatter(new()).Format(new StructuredPaper { Title = "T" }));
    }

    private static string Body(PaperBlock block, PaperFormatSettings? settings = null) =>
        new PaperFormatter(settings ?? new()).Format(Empty with { Sections = [new() { Blocks = [block] }] }).Split("\n\n")[0];

    private static PaperBlock Text(string text) => new() { Text = text };

    private static PaperBlock Item(string text) => new() { Kind = PaperBlockKind.ListItem, Text = text };

    private static PaperBlock Cited(string text, params (string Span, InlineReferenceKind Kind, string? Target)[] references) => new()
    {
        Text = text,
        References = [.. references.Select(r => new InlineReference(r.Kind, text.IndexOf(r.Span, StringComparison.Ordinal), r.Span.Length, r.Target))],
    };
}
