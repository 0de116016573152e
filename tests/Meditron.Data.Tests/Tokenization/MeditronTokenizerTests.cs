using Meditron.Data.Tests.Fixtures;
using Meditron.Data.Tokenization;

namespace Meditron.Data.Tests.Tokenization;

[Collection(TokenizerTests.Name)]
public sealed class MeditronTokenizerTests(TokenizerFixture tokenizers)
{
    private MeditronTokenizer Meditron => tokenizers.Meditron;

    [Fact]
    public void Added_tokens_have_megatrons_ids_in_order()
    {
        string[] expected =
        [
            "<CLS>", "<SEP>", "<EOD>", "<MASK>", "<PAD>",
            "[bib_ref]", "[/bib_ref]", "[fig_ref]", "[/fig_ref]", "[bib]", "[/bib]", "[fig]", "[/fig]", "[table]", "[/table]", "[formula]", "[/formula]",
        ];
        Assert.Equal(Enumerable.Range(500, 17), expected.Select(token => Meditron.IdOf(token)!.Value));
        Assert.Equal((517, 502, 504), (Meditron.VocabularySize, Meditron.EndOfDocument, Meditron.Pad));
        Assert.Equal((1, 2), (Meditron.IdOf("<s>"), Meditron.IdOf("</s>")));
        using var chat = new MeditronTokenizer(SentencePieceTokenizer.Load(tokenizers.Model), MeditronTokenizerOptions.ForInstructions);
        Assert.Equal((517, 518, 519), (chat.IdOf("<|im_start|>"), chat.IdOf("<|im_end|>"), chat.VocabularySize));
        Assert.NotEqual(chat.Hash, Meditron.Hash);
    }

    [Fact]
    public void No_new_tokens_takes_the_end_of_sentence_to_end_and_to_fill()
    {
        using var plain = new MeditronTokenizer(SentencePieceTokenizer.Load(tokenizers.Model), new MeditronTokenizerOptions { NewTokens = false });
        Assert.Equal((500, 2, 2), (plain.VocabularySize, plain.EndOfDocument, plain.Pad));
        Assert.Null(plain.IdOf("[bib_ref]"));
        Assert.Equal(plain.Model.Encode("a [bib_ref] b"), plain.Encode("a [bib_ref] b"));
    }

    [Fact]
    public void Model_that_holds_a_token_keeps_its_id()
    {
        var model = SentencePieceTrainer.Train(SampleText.Corpus(), new SentencePieceTrainerOptions
        {
            VocabularySize = 500,
            Further = new Dictionary<string, string> { ["user_defined_symbols"] = "<EOD>,[fig]", ["pad_id"] = "3" },
        });
        using var tokenizer = new MeditronTokenizer(SentencePieceTokenizer.Load(model));
        Assert.Equal(tokenizer.Model.IdOf("<EOD>"), tokenizer.EndOfDocument);
        Assert.Equal(3, tokenizer.Pad);
        Assert.Equal((500, 501, 502, 503), (tokenizer.IdOf("<CLS>"), tokenizer.IdOf("<SEP>"), tokenizer.IdOf("<MASK>"), tokenizer.IdOf("[bib_ref]")));
        Assert.Null(tokenizer.IdOf("<PAD>"));
        Assert.Equal(500 + 3 + 11, tokenizer.VocabularySize);
    }

    [Fact]
    public void Pieces_between_special_tokens_are_encoded_apart_as_the_plain_rule_says()
    {
        for (var i = 0; i < 300; i++)
        {
            var text = SampleText.Make(3000 + i, 50);
            Assert.Equal(Plainly(text), Meditron.Encode(text));
        }
    }

    [Theory]
    [InlineData("[bib_ref]x[/bib_ref]")]
    [InlineData("[[bib_ref]]")]
    [InlineData("<<EOD><EOD>")]
    [InlineData("[bib_re[bib]f]")]
    [InlineData("[/fig_ref")]
    [InlineData("<s>a</s>")]
    public void Special_tokens_are_found_among_what_looks_like_them(string text)
    {
        Assert.Equal(Plainly(text), Meditron.Encode(text));
        Assert.Equal(text, Meditron.Decode(Meditron.Encode(text)));
    }

    [Fact]
    public void Every_piece_begins_with_its_own_dummy_space()
    {
        var ids = Meditron.Encode("dose[fig]dose");
        var dose = Meditron.Model.Encode("dose");
        Assert.Equal([.. dose, Meditron.IdOf("[fig]")!.Value, .. dose], ids);
        Assert.StartsWith("▁", Meditron.Model.PieceOf(dose[0]), StringComparison.Ordinal);
    }

    [Fact]
    public void Text_with_special_tokens_comes_back()
    {
        for (var i = 0; i < 100; i++)
        {
            var text = SampleText.Make(4000 + i, 60).Replace('▁', '_');
            Assert.Equal(text, Meditron.Decode(Meditron.Encode(text)));
        }

        Assert.Throws<VocabularyException>(() => Meditron.Decode([517]));
    }

    [Fact]
    public void Hash_tells_models_and_tokens_apart()
    {
        using var same = new MeditronTokenizer(SentencePieceTokenizer.Load(tokenizers.Model));
        Assert.Equal(Meditron.Hash, same.Hash);
        Assert.NotEqual(Meditron.Hash, tokenizers.Plain.Hash);
        Assert.Matches("^[0-9a-f]{64}$", Meditron.Hash);
    }

    // The rule, plainly: of all special tokens the one that is found first in the rest of the text.
    private List<int> Plainly(string text)
    {
        var ids = new List<int>();
        while (true)
        {
            var first = Meditron.SpecialTokens
                .Select(token => (Token: token, At: text.IndexOf(token.Key, StringComparison.Ordinal)))
                .Where(found => found.At >= 0)
                .OrderBy(found => found.At)
                .FirstOrDefault();
            if (first.Token.Key is null)
            {
                ids.AddRange(tokenizers.Plain.Encode(text));
                return ids;
            }

            ids.AddRange(tokenizers.Plain.Encode(text[..first.At]));
            ids.Add(first.Token.Value);
            text = text[(first.At + first.Token.Key.Length)..];
        }
    }
}
