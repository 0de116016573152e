using System.Buffers;
using System.Text;
using Meditron.Data.Tests.Fixtures;
using Meditron.Data.Tokenization;
using Meditron.Testing;

namespace Meditron.Data.Tests.Tokenization;

[Collection(TokenizerTests.Name)]
public sealed class SentencePieceTokenizerTests(TokenizerFixture tokenizers)
{
    [Fact]
    public void Remembered_words_give_the_ids_of_the_whole_text()
    {
        using var whole = SentencePieceTokenizer.Load(tokenizers.Model, wordMemory: 0);
        using var small = SentencePieceTokenizer.Load(tokenizers.Model, wordMemory: 300);
        Assert.True(tokenizers.Plain.RemembersWords);
        Assert.False(whole.RemembersWords);
        var random = new Random(5);
        string[] edges = ["", " ", "  ", "a", " a", "a ", "  a  ", "\n", "\n \n", "▁", " ▁", "▁ a", "a▁ b", "▁  ▁", "\0 a", new string('a', 500) + " " + new string(' ', 300) + "b"];
        foreach (var text in edges.Concat(Enumerable.Range(0, 300).Select(i => SampleText.Make(1000 + i, random.Next(1, 200)))))
        {
            var expected = whole.Encode(text);
            Assert.Equal(expected, tokenizers.Plain.Encode(text));
            Assert.Equal(expected, small.Encode(text));
        }
    }

    [Fact]
    public void Random_bytes_give_the_ids_of_the_whole_text()
    {
        using var whole = SentencePieceTokenizer.Load(tokenizers.Model, wordMemory: 0);
        var random = new Random(8);
        ReadOnlySpan<byte> alphabet = [(byte)' ', (byte)' ', (byte)'a', (byte)'e', (byte)'\n', 0xE2, 0x96, 0x81, 0xF0, 0xC3, 0xA9, (byte)'7', 0];
        for (var i = 0; i < 3000; i++)
        {
            var bytes = new byte[random.Next(0, 30)];
            for (var k = 0; k < bytes.Length; k++)
            {
                bytes[k] = alphabet[random.Next(alphabet.Length)];
            }

            var (expected, ids) = (new ArrayBufferWriter<int>(), new ArrayBufferWriter<int>());
            whole.Encode(bytes, expected);
            tokenizers.Plain.Encode(bytes, ids);
            Assert.True(expected.WrittenSpan.SequenceEqual(ids.WrittenSpan), Convert.ToHexString(bytes));
        }
    }

    [Fact]
    public void Words_are_not_remembered_where_the_model_could_change_them()
    {
        foreach (var options in new[]
        {
            new SentencePieceTrainerOptions { VocabularySize = 500, RemoveExtraWhitespace = true },
            new SentencePieceTrainerOptions { VocabularySize = 500, Normalization = "nmt_nfkc" },
            new SentencePieceTrainerOptions { VocabularySize = 500, Further = new Dictionary<string, string> { ["split_by_whitespace"] = "false" } },
            new SentencePieceTrainerOptions { VocabularySize = 500, Further = new Dictionary<string, string> { ["model_type"] = "unigram", ["vocab_size"] = "400" } },
            new SentencePieceTrainerOptions { VocabularySize = 500, Further = new Dictionary<string, string> { ["user_defined_symbols"] = "do se" } },
        })
        {
            using var tokenizer = SentencePieceTokenizer.Load(SentencePieceTrainer.Train(SampleText.Corpus(), options));
            Assert.False(tokenizer.RemembersWords);
        }
    }

    [Fact]
    public void Text_comes_back_whole()
    {
        for (var i = 0; i < 100; i++)
        {
            // A space symbol in the text comes back as a space: the model's own way of writing spaces.
            var text = SampleText.Make(2000 + i, 60).Replace('▁', '_');
            Assert.Equal(text, tokenizers.Plain.Decode(tokenizers.Plain.Encode(text)));
        }
    }

    [Fact]
    public void Marks_are_never_added_and_pieces_are_found_by_name()
    {
        var ids = tokenizers.Plain.Encode("a patient");
        Assert.DoesNotContain(tokenizers.Plain.Begin!.Value, ids);
        Assert.DoesNotContain(tokenizers.Plain.End!.Value, ids);
        Assert.Equal((0, 1, 2), (tokenizers.Plain.Unknown, tokenizers.Plain.Begin.Value, tokenizers.Plain.End.Value));
        Assert.Null(tokenizers.Plain.Pad);
        Assert.Equal(500, tokenizers.Plain.VocabularySize);
        Assert.All(Enumerable.Range(0, 500), id => Assert.Equal(id, tokenizers.Plain.IdOf(tokenizers.Plain.PieceOf(id))));
        Assert.Null(tokenizers.Plain.IdOf("no such piece"));
    }

    [Fact]
    public void Batch_gives_what_single_calls_give()
    {
        var texts = Enumerable.Range(0, 20).Select(i => Encoding.UTF8.GetBytes(i == 7 ? "" : SampleText.Make(i, 30))).ToList();
        var offsets = new long[21];
        for (var i = 0; i < 20; i++)
        {
            offsets[i + 1] = offsets[i] + texts[i].Length;
        }

        var (ids, counts) = (new ArrayBufferWriter<int>(), new int[20]);
        tokenizers.Plain.EncodeBatch(texts.SelectMany(text => text).ToArray(), offsets, ids, counts);
        var at = 0;
        for (var i = 0; i < 20; i++)
        {
            var single = new ArrayBufferWriter<int>();
            tokenizers.Plain.Encode(texts[i], single);
            Assert.True(single.WrittenSpan.SequenceEqual(ids.WrittenSpan.Slice(at, counts[i])));
            at += counts[i];
        }

        Assert.Throws<ArgumentException>(() => tokenizers.Plain.EncodeBatch(new byte[3], [0, 4], ids, counts));
        Assert.Throws<TokenizerModelException>(() => tokenizers.Plain.EncodeBatch(new byte[9], [0, 5, 3, 9], ids, counts));
    }

    [Fact]
    public void Many_threads_get_the_same_ids()
    {
        var texts = Enumerable.Range(0, 64).Select(i => SampleText.Make(i, 80)).ToList();
        var expected = texts.Select(text => tokenizers.Plain.Encode(text)).ToList();
        using var fresh = SentencePieceTokenizer.Load(tokenizers.Model);
        Parallel.For(0, 512, i => Assert.Equal(expected[i % 64], fresh.Encode(texts[i % 64])));
    }

    [Fact]
    public void Missing_empty_and_garbage_models_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("x.model");
        Assert.Equal(path, Assert.Throws<MissingInputException>(() => SentencePieceTokenizer.Load(path)).File);
        File.WriteAllBytes(path, []);
        Assert.Contains("empty", Assert.Throws<TokenizerModelException>(() => SentencePieceTokenizer.Load(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "version https://git-lfs.github.com/spec/v1\noid sha256:0123\n");
        Assert.Equal(path, Assert.Throws<TokenizerModelException>(() => SentencePieceTokenizer.Load(path)).File);
        var random = new Random(2);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            File.WriteAllBytes(path, bytes);
            Assert.Throws<TokenizerModelException>(() => SentencePieceTokenizer.Load(path));
        }

        File.WriteAllBytes(path, tokenizers.Model[..(tokenizers.Model.Length / 2)]);
        Assert.Throws<TokenizerModelException>(() => SentencePieceTokenizer.Load(path));
    }

    [Fact]
    public void Ids_outside_the_vocabulary_are_refused()
    {
        Assert.Throws<VocabularyException>(() => tokenizers.Plain.Decode([500]));
        Assert.Throws<VocabularyException>(() => tokenizers.Plain.Decode([-1]));
        Assert.Throws<VocabularyException>(() => tokenizers.Plain.PieceOf(500));
    }

    [Fact]
    public void Vocabulary_that_does_not_fit_a_model_is_refused_with_both_sizes()
    {
        tokenizers.Meditron.RequireFits(517, "tiny");
        var error = Assert.Throws<VocabularyException>(() => tokenizers.Meditron.RequireFits(516, "tiny"));
        Assert.Contains("the model tiny: it has 517 ids, the model's vocabulary has 516", error.Message, StringComparison.Ordinal);
        Assert.Contains("640", error.Message, StringComparison.Ordinal);
        Assert.Equal(1024, tokenizers.Meditron.PaddedVocabularySize(1024));
    }

    [Fact]
    public void Disposed_tokenizer_says_so()
    {
        var tokenizer = SentencePieceTokenizer.Load(tokenizers.Model);
        _ = tokenizer.Encode("a");
        tokenizer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => tokenizer.Encode("a"));
    }
}
