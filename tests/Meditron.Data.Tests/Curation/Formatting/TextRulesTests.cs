using Meditron.Data.Curation.Formatting;
using Meditron.Data.Curation.Readers.Papers;

namespace Meditron.Data.Tests.Curation.Formatting;

public class TextRulesTests
{
    [Theory]
    [InlineData("a b c", 3, "a b c")]
    [InlineData("a b c d", 3, "a b c...")]
    [InlineData("a b, c d", 2, "a b...")]
    [InlineData("", 3, "")]
    public void Words_are_cut_with_three_dots(string text, int count, string expected) => Assert.Equal(expected, Words.First(text, count));

    [Theory]
    [InlineData("Mice fed. More.", "Mice fed")]
    [InlineData("Mice fed; rats not", "Mice fed")]
    [InlineData("Growth of E. coli at 3.5 C. More", "Growth of E. coli at 3.5 C. More")]
    [InlineData("Work of Roe et al. on mice: see", "Work of Roe et al. on mice")]
    [InlineData("No end", "No end")]
    public void The_first_clause_ends_at_a_stop_that_is_no_abbreviation(string text, string expected) => Assert.Equal(expected, Words.FirstClause(text));

    [Theory]
    [InlineData("FIGURE 2 | Text.", "Figure 2", "Text.")]
    [InlineData("Fig. 3. Text", "Figure 3", "Text")]
    [InlineData("Table IV: Doses", "Table IV", "Doses")]
    [InlineData("Table S1. Doses", "Table S1", "Doses")]
    [InlineData("Figures are nice", "", "Figures are nice")]
    [InlineData("Just text", "", "Just text")]
    public void A_caption_is_parted_from_its_label(string caption, string label, string rest) => Assert.Equal((label, rest), FloatLabels.Split(caption));

    [Theory]
    [InlineData("a  b\t c", "a b c")]
    [InlineData(" a \r\n\r\n\r\n\n  b \r c ", "a\n\nb\nc")]
    [InlineData("ﬁne\u00A0eﬀect so\u00ADft \u200Bzero\uFFFD \uE000x", "fine effect soft zero x")]
    [InlineData("\u0007bell\u2010hyphen", "bell-hyphen")]
    [InlineData("𝛼 β", "𝛼 β")]
    [InlineData("", "")]
    public void Space_and_glyphs_are_normalised(string text, string expected)
    {
        Assert.Equal(expected, TextNormalizer.Normalize(text, collapseSpaces: true));
        Assert.Equal(expected, TextNormalizer.Normalize(expected, collapseSpaces: true));
    }

    [Fact]
    public void Layout_of_code_stays_where_spaces_are_not_collapsed() =>
        Assert.Equal("def f():\n    return  1\n\n\tx", TextNormalizer.Normalize("def f():  \n    return  1\n\n\n\n\tx", collapseSpaces: false));

    [Fact]
    public void Text_that_needs_nothing_is_not_copied()
    {
        const string Text = "Clean text.\n\nAnother paragraph, β-cells.";
        Assert.Same(Text, TextNormalizer.Normalize(Text, collapseSpaces: true));
    }

    [Theory]
    [InlineData("See https://e.org/a_(b)?q=1. Next", "See. Next")]
    [InlineData("See (http://e.org/x) now", "See now")]
    [InlineData("Visit www.e.org, please", "Visit, please")]
    [InlineData("Known [1,2-4] and [12].", "Known and.")]
    [InlineData("Title [edit] [citation needed]", "Title")]
    [InlineData("<b>bold</b> and p <0.05 or 3 > 2", "bold and p <0.05 or 3 > 2")]
    [InlineData("Kept [see text] and [Na+]", "Kept [see text] and [Na+]")]
    [InlineData("A [link](http://e.org/x) and ![image](y.png) here", "A link and here")]
    [InlineData("show wwww. http: half", "show wwww. http: half")]
    public void Addresses_and_references_are_stripped(string text, string expected) => Assert.Equal($"T\n{expected}", new AbstractFormatter(new()).Format("T", text));

    [Fact]
    public void An_abstract_is_its_title_a_line_feed_and_its_text()
    {
        Assert.Equal("A title\nAIM: x.\nRESULTS: y.", new AbstractFormatter(new()).Format(" A\ntitle ", "AIM:  x.\nRESULTS: y. "));
        Assert.Equal("text [1] www.e.org", new AbstractFormatter(new() { Title = false, StripUrls = false, StripReferences = false }).Format("T", "text [1] www.e.org"));
        Assert.Equal("", new AbstractFormatter(new()).Format("T", " \n"));
    }

    [Fact]
    public void Prose_is_changed_little()
    {
        Assert.Equal("T\n\n  a  b", new ProseFormatter(new()).Format("T", "  a  b\r\n"));
        Assert.Equal("T starts", new ProseFormatter(new()).Format("T", "T starts"));
        Assert.Equal("a b", new ProseFormatter(new() { CollapseSpaces = true, Title = false }).Format("T", " a  b"));
    }

    [Fact]
    public void The_duplicate_key_holds_letters_and_digits_of_the_beginning()
    {
        Assert.Equal("fever38cß", DedupKey.Of("# Fever, 38 °C: ß!"));
        Assert.Equal(DedupKey.Of(new string('a', 500) + "x"), DedupKey.Of(new string('A', 500) + "y"));
    }
}
