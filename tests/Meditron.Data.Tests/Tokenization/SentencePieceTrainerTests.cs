using System.Text;
using Meditron.Data.Tests.Fixtures;
using Meditron.Data.Text;
using Meditron.Data.Tokenization;
using Meditron.Testing;

namespace Meditron.Data.Tests.Tokenization;

public sealed class SentencePieceTrainerTests
{
    [Fact]
    public void Same_texts_and_options_give_the_same_bytes()
    {
        var options = new SentencePieceTrainerOptions { VocabularySize = 450 };
        Assert.Equal(SentencePieceTrainer.Train(SampleText.Corpus(), options), SentencePieceTrainer.Train(SampleText.Corpus(), options));
    }

    [Fact]
    public void Any_text_is_spelled_in_bytes_and_digits_stay_apart()
    {
        using var tokenizer = SentencePieceTokenizer.Load(SentencePieceTrainer.Train(SampleText.Corpus(), new SentencePieceTrainerOptions { VocabularySize = 450 }));
        const string text = "ᚠᚢᚦ 2024";
        var ids = tokenizer.Encode(text);
        Assert.DoesNotContain(tokenizer.Unknown, ids);
        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.Equal(["2", "0", "2", "4"], ids[^4..].Select(tokenizer.PieceOf));
    }

    [Fact]
    public void Trained_from_a_jsonl_file_and_written_whole()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("a.jsonl"), Enumerable.Range(0, 40).Select(i => System.Text.Json.JsonSerializer.Serialize(new { body = SampleText.Make(i, 100) })));
        SentencePieceTrainer.Train(JsonlReader.ReadAll([folder.File("a.jsonl")], ["body"]), folder.File("sub", "x.model"), new SentencePieceTrainerOptions { VocabularySize = 400 });
        using var tokenizer = SentencePieceTokenizer.Load(folder.File("sub", "x.model"));
        Assert.Equal(400, tokenizer.VocabularySize);
        Assert.Single(Directory.GetFiles(folder.File("sub")));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(100_000)]
    public void Vocabulary_that_the_text_does_not_allow_is_refused(int size)
    {
        var error = Assert.Throws<TokenizerModelException>(() => SentencePieceTrainer.Train(SampleText.Corpus(5), new SentencePieceTrainerOptions { VocabularySize = size }));
        Assert.Contains($"{size} pieces", error.Message, StringComparison.Ordinal);
        Assert.Contains("choose a vocabulary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_is_refused() =>
        Assert.Contains("no text", Assert.Throws<TokenizerModelException>(() => SentencePieceTrainer.Train([])).Message, StringComparison.Ordinal);

    [Fact]
    public void Unknown_option_is_refused_with_its_name()
    {
        var options = new SentencePieceTrainerOptions { Further = new Dictionary<string, string> { ["no_such_option"] = "1" } };
        Assert.Contains("no_such_option", Assert.Throws<TokenizerModelException>(() => SentencePieceTrainer.Train(SampleText.Corpus(2), options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_of_the_texts_come_through()
    {
        Assert.Throws<MissingInputException>(() => SentencePieceTrainer.Train(JsonlReader.ReadAll(["/nowhere/x.jsonl"], ["text"])));
        using var cancellation = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => SentencePieceTrainer.Train(StopAfter(3, cancellation), cancellation: cancellation.Token));
    }

    [Fact]
    public void Long_lines_are_cut_at_spaces_and_none_is_lost()
    {
        var text = Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Repeat("därm", 5000)) + "\n" + new string('é', 4000));
        using var lines = new TrainingLines([text], 100, CancellationToken.None);
        var total = 0;
        while (lines.TryNext(out _, out var length))
        {
            Assert.InRange(length, 1, 100);
            total += length;
        }

        Assert.Null(lines.Failure);
        Assert.Equal(text.Length - 1 - text.Count(letter => letter == ' ') + (lines.Bytes - (5000 * 5) - 8000), total);
        Assert.InRange(total, (5000 * 5) + 8000, text.Length);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> StopAfter(int count, CancellationTokenSource cancellation)
    {
        foreach (var text in SampleText.Corpus())
        {
            if (count-- == 0)
            {
                cancellation.Cancel();
            }

            yield return text;
        }
    }
}
