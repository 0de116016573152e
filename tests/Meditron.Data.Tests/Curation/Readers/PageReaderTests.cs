using System.Text;
using Meditron.Data.Curation;
using Meditron.Data.Curation.Formatting;
using Meditron.Data.Curation.Readers;
using Meditron.Data.Curation.Readers.Guidelines;

namespace Meditron.Data.Tests.Curation.Readers;

public class PageReaderTests
{
    private static readonly HtmlPageReader Html = new(new GuidelineFormatSettings());

    [Fact]
    public void A_page_becomes_lines_of_its_content()
    {
        var document = Inputs.One(Html, "page.html", """
            <!doctype html><html lang="en"><head><title>Site | Fever</title><link rel="canonical" href="https://e.org/fever"></head><body><header>Menu</header><nav>Home</nav>
            <main><h1>Fever in
            children</h1><p>Give <b>fluids</b>, see <a href="/x">advice</a>.</p><script>var x;</script>
            <ul><li>Rest</li><li><p>Drink:</p><ul><li>water</li></ul></li></ul><h2>Doses</h2><table><tr><th>Age</th><th>Dose</th></tr><tr><td>1</td><td>5 mg</td></tr></table>
            Bare<br>line</main><aside>Ads</aside><footer>Legal</footer></body></html>
            """);

        Assert.Equal(("Fever in children", "en", "https://e.org/fever"), (document.Title, document.Metadata.Language, document.Metadata.Url));
        Assert.Equal("# Fever in children\n\nGive fluids, see advice.\n\n- Rest\n- Drink:\n  - water\n\n## Doses\n\nAge | Dose\n1 | 5 mg\n\nBare\nline", document.Text);
    }

    [Fact]
    public void Selectors_of_a_source_choose_and_remove()
    {
        var settings = new GuidelineFormatSettings { Sources = [new GuidelineSourceRules { Name = "here", ContentSelectors = [".inner"], RemoveSelectors = [".junk"] }] };

        Assert.Equal("Kept.", Inputs.One(new HtmlPageReader(settings), "a.html", "<main>Outer<div class=inner><p class=junk>Junk</p><p>Kept.</p></div></main>").Text);
    }

    [Fact]
    public void A_page_in_the_Latin_encoding_it_declares_is_decoded_and_one_that_does_not_is_a_failure()
    {
        var page = Encoding.Latin1.GetBytes("<html><head><meta charset=\"iso-8859-1\"></head><body><p>caf\u00e9</p></body></html>");
        Assert.Equal("café", Assert.Single(Inputs.Read(Html, "a.html", page)).Document!.Text);
        var undeclared = Encoding.Latin1.GetBytes("<html><body><p>caf\u00e9</p></body></html>");
        Assert.Equal(ReadFailureKind.Encoding, Assert.Single(Inputs.Read(Html, "a.html", undeclared)).Failure!.Kind);
        Assert.Equal(ReadFailureKind.Encoding, Assert.Single(Inputs.Read(Html, "a.html", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("<p>a</p>")])).Failure!.Kind);
    }

    [Fact]
    public void A_page_nested_without_end_ends_nothing_else()
    {
        var page = string.Concat(Enumerable.Repeat("<div>", 4_000)) + "text";

        Assert.Single(Inputs.Read(Html, "a.html", Encoding.UTF8.GetBytes(page), limit: 1 << 24));
    }

    [Fact]
    public void A_page_without_text_is_empty() =>
        Assert.Equal(ReadFailureKind.Empty, Assert.Single(Inputs.Read(Html, "a.html", "<html><body><script>x</script></body></html>")).Failure!.Kind);

    [Fact]
    public void Markdown_takes_its_title_from_the_first_header()
    {
        Assert.Equal("Fever", Inputs.One(new GuidelineTextReader(), "a.md", "intro\n\n## Fever ##\ntext").Title);
        Assert.Equal("first line", Inputs.One(new GuidelineTextReader(), "a.md", "---\nfirst line\ntext").Title);
    }

    [Fact]
    public void Plain_text_is_one_document_or_cut_at_a_separator()
    {
        Assert.Equal("a\n\nb", Inputs.One(new PlainTextReader(), "a.txt", "a\n\nb").Text);
        Assert.Equal(["a", "b", "c"], Inputs.Read(new PlainTextReader("<|end|>"), "a.txt", "a<|end|>b<|end|> \n<|end|>c").Select(r => r.Document!.Text));
        Assert.Equal(["a", null, "c"], Inputs.Read(new PlainTextReader("\n\n"), "a.txt", $"a\n\n{new string('x', 400_000)}\n\nc", limit: 100).Select(r => r.Document?.Text));
        Assert.Equal(["a", "b"], Inputs.Read(new PlainTextReader("\n"), "a.txt", "a\n\nb\n").Select(r => r.Document!.Text));
    }

    [Fact]
    public void An_over_long_text_file_is_one_failure() =>
        Assert.Equal(ReadFailureKind.TooLarge, Assert.Single(Inputs.Read(new PlainTextReader(), "a.txt", new string('x', 300_000), limit: 1000)).Failure!.Kind);
}
