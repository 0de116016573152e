using Meditron.Data.Curation;
using Meditron.Data.Curation.Formatting;

namespace Meditron.Data.Tests.Curation.Formatting;

public class GuidelineFormatterTests
{
    private static readonly GuidelineFormatSettings Plain = new() { BuiltInSources = false, Title = false };

    [Theory]
    [InlineData("• one\n● two\n* three\n– four\n  - five", "- one\n- two\n- three\n- four\n- five")]
    [InlineData("-5 degrees\n*bold* text", "-5 degrees\n*bold* text")]
    [InlineData("##### Deep\n### Three\n#hash", "### Deep\n### Three\n#hash")]
    [InlineData("text\n123 - 45\n***\n2 mg", "text\n2 mg")]
    [InlineData("a\n\n\n\nb\r\n\r\nc", "a\n\nb\n\nc")]
    [InlineData("See [1] https://e.org", "See")]
    [InlineData("[1]\nhttps://e.org\ntext", "text")]
    public void Lines_are_cleaned(string text, string expected) => Assert.Equal(expected, new GuidelineFormatter(Plain).Format("any", "", text));

    [Fact]
    public void Each_part_of_the_cleaning_can_be_switched_off()
    {
        var settings = Plain with { StripUrls = false, StripReferences = false, Bullets = false, Glyphs = false, MaximumHeaderDepth = 0, DropLinesWithoutLetters = false, Newlines = false };
        const string Text = "##### Deep\n• one [1] https://e.org\n\n\n\n123";

        Assert.Equal(Text, new GuidelineFormatter(settings).Format("any", "", Text));
    }

    [Fact]
    public void Rules_of_a_source_start_remove_and_stop()
    {
        var rules = new GuidelineSourceRules { Name = "Site", Start = ["On this page"], Remove = ["Advertisement", "starts: Last reviewed", "regex: ^page [0-9]+$", "contains: cookies", "ends: (sponsored)"], Stop = ["References"] };
        var formatter = new GuidelineFormatter(Plain with { Sources = [rules] });
        const string Text = "Menu\n## On this page:\nFever\n- Advertisement\nLast reviewed: 2020\nPage 3\nWe use cookies here\nOffer (sponsored)\nGive fluids\nsee references\n## References\n1. Roe";

        Assert.Equal("Fever\nGive fluids\nsee references", formatter.Format("SITE", "", Text));
        Assert.Equal(Text.Length, formatter.Format("other", "", Text).Length);
    }

    [Fact]
    public void Rules_of_the_settings_come_before_the_built_in_ones()
    {
        var formatter = new GuidelineFormatter(new() { Title = false, Sources = [new() { Name = "who", Stop = ["Annex"] }] });

        Assert.Equal("Text\nReferences", formatter.Format("WHO", "", "Text\nReferences\nAnnex\nend"));
        Assert.Equal("Text", formatter.Format("CDC", "", "Text\nReferences\nAnnex"));
    }

    [Fact]
    public void Without_a_start_line_the_text_begins_at_its_beginning() =>
        Assert.Equal("Fever\nfluids", new GuidelineFormatter(Plain with { Sources = [new() { Name = "s", Start = ["none"] }] }).Format("s", "", "Fever\nfluids"));

    [Fact]
    public void The_title_stands_above_once()
    {
        var formatter = new GuidelineFormatter(new());
        Assert.Equal("# Fever\n\nGive fluids", formatter.Format("x", "Fever", "Give fluids"));
        Assert.Equal("# Fever\n\nGive fluids", formatter.Format("x", "Fever", "# Fever\n\nGive fluids"));
        Assert.Equal("", formatter.Format("x", "Fever", "1 2 3\n"));
    }

    [Fact]
    public void Wide_spaces_of_flattened_lists_break_lines() =>
        Assert.Equal("Symptoms are:\n- fever\n- pain\nAsk your doctor.", new GuidelineFormatter(new() { Title = false }).Format("GHR", "", "Symptoms are:      - fever    - pain         Ask your  doctor."));

    [Fact]
    public void All_sixteen_sources_have_rules_that_can_be_read()
    {
        string[] expected = ["AAFP", "CCO", "CDC", "CMA", "CPS", "drugs.com", "GC", "ICRC", "IDSA", "MAGIC", "Mayo", "NICE", "RCH", "SPOR", "WHO", "WikiDoc"];
        var rules = GuidelineSources.Defaults;

        Assert.Equal(expected, rules.Take(16).Select(r => r.Name));
        Assert.All(rules.SelectMany(r => r.Start.Concat(r.Remove).Concat(r.Stop)), rule => Assert.NotNull(LineRule.Parse(rule)));
        Assert.Equal("Text", new GuidelineFormatter(new() { Title = false }).Format("WikiDoc", "", "Editor-In-Chief: Roe\nText\n## References\nRoe"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("starts:")]
    [InlineData("regex: (")]
    [InlineData("regex: (a)\\1")]
    public void A_line_rule_that_cannot_be_read_is_named(string rule) =>
        Assert.Contains($"\"{rule}\"", Assert.Throws<FormatException>(() => LineRule.Parse(rule)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_step_formats_by_subset_and_drops_what_is_empty()
    {
        var step = new FormatStep(new());
        var document = new CorpusDocument { Id = "1", Subset = "abstracts", Title = "T", Text = "a  [1] b" };

        Assert.Equal("T\na b", step.Apply(document).Document!.Text);
        Assert.Equal("# T\n\na b and more", step.Apply(document with { Subset = "guidelines", Text = "a  [1] b and more" }).Document!.Text);
        Assert.Equal("T\n\na  [1] b", step.Apply(document with { Subset = "replay" }).Document!.Text);
        Assert.Equal(FormatStep.NoText, step.Apply(document with { Text = " " }).Reason);
        var paper = step.Apply(document with { Paper = new() { Title = "P", Sections = [new() { Blocks = [new() { Text = "x" }] }] } }).Document!;
        Assert.Equal(("P\n\nx", null), (paper.Text, paper.Paper));
    }

    [Fact]
    public void A_guideline_of_few_characters_is_dropped() =>
        Assert.Equal("9 characters < 10", new FormatStep(new() { Guidelines = Plain }).Apply(new CorpusDocument { Id = "1", Subset = "guidelines", Text = "too short" }).Detail);
}
