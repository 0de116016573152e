using System.IO.Compression;
using System.Text.Json;
using Meditron.Data.Indexed;
using Meditron.Data.Tests.Fixtures;
using Meditron.Data.Text;
using Meditron.Data.Tokenization;
using Meditron.Testing;

namespace Meditron.Data.Tests.Indexed;

[Collection(TokenizerTests.Name)]
public sealed class TokenizeJobTests(TokenizerFixture tokenizers) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Documents_keep_their_order_and_end_with_the_end_of_document()
    {
        var texts = Enumerable.Range(0, 50).Select(i => SampleText.Make(i, 40)).ToList();
        var options = Options(WriteJsonl("a.jsonl", texts.Take(20)), WriteGzip("b.jsonl.gz", texts.Skip(20)));
        var seen = new List<TokenizeProgress>();
        var result = new TokenizeJob(options with { ChunkBytes = 700 }, tokenizers.Meditron, seen.Add).Run();
        Assert.Equal(_folder.File("out_text_document"), result.Prefix);
        using var dataset = IndexedDataset.Open(result.Prefix);
        Assert.Equal(50, dataset.Documents);
        for (var i = 0; i < texts.Count; i++)
        {
            Assert.Equal([.. tokenizers.Meditron.Encode(texts[i]), tokenizers.Meditron.EndOfDocument], dataset.Read(i));
        }

        Assert.Equal(dataset.Tokens, result.Totals.Tokens);
        Assert.Equal(result.Totals, seen[^1]);
        Assert.Equal(result.Totals.InputLength, result.Totals.InputBytes);
        Assert.Equal(texts.Sum(text => System.Text.Encoding.UTF8.GetByteCount(text)), result.Totals.TextBytes);
        Assert.True(seen.Count > 5);
        Assert.Equal(tokenizers.Meditron.Hash, dataset.Manifest!.TokenizerHash);
    }

    [Fact]
    public void Output_does_not_depend_on_threads_or_pieces_of_work()
    {
        var options = Options(WriteJsonl("a.jsonl", Enumerable.Range(0, 200).Select(i => SampleText.Make(i, 30))));
        var files = new HashSet<string>();
        foreach (var (threads, chunk) in new[] { (1, 1 << 19), (2, 500), (5, 3000), (3, 1) })
        {
            var result = new TokenizeJob(options with { Threads = threads, ChunkBytes = chunk }, tokenizers.Meditron).Run();
            files.Add(result.Manifest.BinSha256 + result.Manifest.IdxSha256);
        }

        Assert.Single(files);
    }

    [Fact]
    public void Empty_documents_are_counted_and_left_out()
    {
        var result = new TokenizeJob(Options(WriteJsonl("a.jsonl", ["one", "", "two"])), tokenizers.Meditron).Run();
        Assert.Equal((2L, 1L), (result.Totals.Documents, result.Totals.EmptyDocuments));
    }

    [Fact]
    public void Several_fields_make_one_document()
    {
        File.WriteAllText(_folder.File("a.jsonl"), """{"question": "what?", "answer": "this."}""");
        var options = Options(_folder.File("a.jsonl")) with { Fields = ["question", "answer"], AppendEndOfDocument = false };
        using var dataset = IndexedDataset.Open(new TokenizeJob(options, tokenizers.Meditron).Run().Prefix);
        Assert.Equal("what?\nthis.", tokenizers.Meditron.Decode(dataset.Read(0)));
        Assert.EndsWith("out_question_document", (options with { Fields = ["question"] }).DatasetPrefix, StringComparison.Ordinal);
    }

    [Fact]
    public void Error_deep_in_the_input_names_file_and_line_and_leaves_no_dataset()
    {
        var path = WriteJsonl("a.jsonl", Enumerable.Range(0, 300).Select(i => SampleText.Make(i, 10)));
        File.AppendAllText(path, "{\"text\": \"cut off");
        var error = Assert.Throws<TextFormatException>(() => new TokenizeJob(Options(path) with { ChunkBytes = 400, Threads = 3 }, tokenizers.Meditron).Run());
        Assert.Equal((path, 301L), (error.File, error.Line));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Cancelled_job_leaves_no_dataset()
    {
        var path = WriteJsonl("a.jsonl", Enumerable.Range(0, 300).Select(i => SampleText.Make(i, 10)));
        using var cancellation = new CancellationTokenSource();
        var job = new TokenizeJob(Options(path) with { ChunkBytes = 400 }, tokenizers.Meditron, progress =>
        {
            if (progress.Documents > 50)
            {
                cancellation.Cancel();
            }
        });
        Assert.ThrowsAny<OperationCanceledException>(() => job.Run(cancellation.Token));
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Full_disk_ends_the_job_with_one_error()
    {
        var path = WriteJsonl("a.jsonl", Enumerable.Range(0, 100).Select(i => SampleText.Make(i, 100)));
        var job = new TokenizeJob(Options(path) with { ChunkBytes = 4000 }, tokenizers.Meditron, null,
            (prefix, type) => new IndexedDatasetWriter(prefix, type, file => new FullDisk(file, 2000)));
        Assert.Contains("the disk is full", Assert.Throws<OutputException>(() => job.Run()).Message, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Input_without_any_text_is_refused()
    {
        Assert.Throws<TextFormatException>(() => new TokenizeJob(Options(WriteJsonl("a.jsonl", ["", ""])), tokenizers.Meditron).Run());
        Assert.Throws<TextFormatException>(() => new TokenizeJob(Options(), tokenizers.Meditron).Run());
        Assert.Throws<MissingInputException>(() => new TokenizeJob(Options(_folder.File("absent.jsonl")), tokenizers.Meditron).Run());
    }

    private TokenizeOptions Options(params string[] inputs) => new() { Inputs = inputs, OutputPrefix = _folder.File("out"), Threads = 2 };

    private string WriteJsonl(string name, IEnumerable<string> texts)
    {
        File.WriteAllLines(_folder.File(name), texts.Select(text => JsonSerializer.Serialize(new { id = 1, text })));
        return _folder.File(name);
    }

    private string WriteGzip(string name, IEnumerable<string> texts)
    {
        var plain = WriteJsonl("plain", texts);
        using (var gzip = new GZipStream(File.Create(_folder.File(name)), CompressionLevel.Fastest))
        {
            gzip.Write(File.ReadAllBytes(plain));
        }

        File.Delete(plain);
        return _folder.File(name);
    }
}
