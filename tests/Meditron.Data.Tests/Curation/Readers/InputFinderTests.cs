using Meditron.Data.Curation;
using Meditron.Data.Curation.Readers;
using Meditron.Testing;

namespace Meditron.Data.Tests.Curation.Readers;

public sealed class InputFinderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly List<ReadFailure> failures = [];

    public InputFinderTests()
    {
        foreach (var name in new[] { "b.jsonl", "a.jsonl", "A.jsonl", "sub/c.jsonl.gz", "sub/deep/d.txt", "e.nxml", ".hidden", ".git/x" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
            File.WriteAllText(folder.File(name), "x");
        }
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_folder_stands_for_its_files_in_ordinal_order() =>
        Assert.Equal(["A.jsonl", "a.jsonl", "b.jsonl", "e.nxml", "sub/c.jsonl.gz", "sub/deep/d.txt"], Find(folder.Path));

    [Theory]
    [InlineData("*.jsonl", "A.jsonl a.jsonl b.jsonl")]
    [InlineData("**/*.jsonl*", "A.jsonl a.jsonl b.jsonl sub/c.jsonl.gz")]
    [InlineData("sub/**", "sub/c.jsonl.gz sub/deep/d.txt")]
    [InlineData("?.nxml", "e.nxml")]
    [InlineData("s*/*/d.txt", "sub/deep/d.txt")]
    public void A_glob_matches_names_and_folders(string glob, string expected) => Assert.Equal(expected.Split(' '), Find(folder.File(glob)));

    [Fact]
    public void A_list_keeps_its_order_and_no_file_comes_twice() =>
        Assert.Equal(["e.nxml", "A.jsonl", "a.jsonl", "b.jsonl"], Find(folder.File("e.nxml"), folder.File("*.jsonl"), folder.File("a.jsonl")));

    [Fact]
    public void What_is_not_there_is_named()
    {
        Assert.Empty(Find(folder.File("none"), folder.File("*.none")));
        Assert.Equal([ReadFailureKind.Unreadable, ReadFailureKind.Unreadable], failures.Select(f => f.Kind));
        Assert.Contains("none", failures[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_archive_is_named()
    {
        File.WriteAllText(folder.File("z.zip"), "no zip");

        Assert.Equal(6, Find(folder.Path).Count);
        Assert.Equal(ReadFailureKind.Archive, Assert.Single(failures).Kind);
    }

    [Fact]
    public void An_empty_folder_is_named()
    {
        Directory.CreateDirectory(folder.File("void"));

        Assert.Empty(Find(folder.File("void")));
        Assert.Equal(ReadFailureKind.Empty, Assert.Single(failures).Kind);
    }

    [Fact]
    public void Pieces_take_subset_and_format_from_the_template()
    {
        var file = Assert.Single(InputFinder.Find([folder.File("e.nxml")], new InputFile { Path = "", Subset = "papers", Format = "jats" }, failures));

        Assert.Equal(("papers", "jats"), (file.Subset, file.Format));
    }

    [Theory]
    [InlineData("x.nxml", "<article/>", "jats")]
    [InlineData("x.xml", "<?xml version='1.0'?><article article-type='x'>", "jats")]
    [InlineData("x.xml", "<PubmedArticleSet><PubmedArticle>", "pubmed-xml")]
    [InlineData("medquad.jsonl", "{}", "medquad")]
    [InlineData("ori_pqal.json", "{}", "pubmedqa")]
    [InlineData("x.json", "{\"paper_id\": \"1\", \"body_text\": []}", "s2orc")]
    [InlineData("x.jsonl", "{\"text\": \"1\"}", "jsonl")]
    [InlineData("x.htm", "<p>", "html")]
    [InlineData("x.md", "# a", "markdown")]
    [InlineData("x.txt", "a", "text")]
    public void A_reader_is_chosen_by_name_and_content(string name, string content, string expected)
    {
        File.WriteAllText(folder.File(name), content);

        Assert.Equal(expected, new DocumentReaders(new ReaderSettings()).Choose(new InputFile { Path = folder.File(name) }, out _)?.Name);
    }

    [Fact]
    public void No_reader_for_a_file_is_a_failure_that_names_it()
    {
        var readers = new DocumentReaders(new ReaderSettings());

        Assert.Null(readers.Choose(new InputFile { Path = "x.pdf" }, out var unknown));
        Assert.Equal(ReadFailureKind.UnknownFormat, unknown!.Kind);
        Assert.Null(readers.Choose(new InputFile { Path = "x.pdf", Format = "nosuch" }, out var named));
        Assert.Contains("jats", named!.Reason, StringComparison.Ordinal);
        Assert.Null(readers.Choose(new InputFile { Path = "/nowhere/x.xml" }, out var unreadable));
        Assert.Equal(ReadFailureKind.Unreadable, unreadable!.Kind);
    }

    private List<string> Find(params string[] inputs) =>
        [.. InputFinder.Find(inputs, new InputFile { Path = "" }, failures).Select(f => Path.GetRelativePath(folder.Path, f.Path))];
}
