using Meditron.Data.Indexed;
using Meditron.Data.Tests.Fixtures;
using Meditron.Data.Tokenization;

namespace Meditron.Data.Tests.Tokenization;

public sealed class LlamaVocabularyTests
{
    [Fact]
    public void A_model_of_32000_pieces_gets_meditrons_published_ids()
    {
        var model = HandMadeModel.Make(32_000);
        using var tokenizer = new MeditronTokenizer(SentencePieceTokenizer.Load(model));
        Assert.Equal((32_000, 32_002, 32_004), (tokenizer.IdOf("<CLS>"), tokenizer.EndOfDocument, tokenizer.Pad));
        Assert.Equal((32_005, 32_016), (tokenizer.IdOf("[bib_ref]"), tokenizer.IdOf("[/formula]")));
        Assert.Equal(32_017, tokenizer.VocabularySize);
        Assert.Equal(32_768, tokenizer.PaddedVocabularySize(128 * 8));
        Assert.Equal(TokenType.UInt16, TokenTypes.ForVocabulary(tokenizer.VocabularySize));
        using var chat = new MeditronTokenizer(SentencePieceTokenizer.Load(model), MeditronTokenizerOptions.ForInstructions);
        Assert.Equal((32_017, 32_018, 32_019), (chat.IdOf("<|im_start|>"), chat.IdOf("<|im_end|>"), chat.VocabularySize));
    }

    [Fact]
    public void Merges_go_by_score_and_bytes_spell_the_rest()
    {
        using var tokenizer = SentencePieceTokenizer.Load(HandMadeModel.Make(300));
        Assert.True(tokenizer.RemembersWords);
        Assert.Equal(["▁ab", "▁ab"], tokenizer.Encode("ab ab").Select(tokenizer.PieceOf));
        Assert.Equal(["▁a", "ab"], tokenizer.Encode("aab").Select(tokenizer.PieceOf));
        Assert.Equal(["▁", "<0x7A>"], tokenizer.Encode("z").Select(tokenizer.PieceOf));
    }

    [Fact]
    public void Pieces_that_join_words_or_are_unused_or_are_the_users_forbid_remembering_words()
    {
        foreach (var model in new[] { HandMadeModel.Make(300, extraPiece: "b▁a"), HandMadeModel.WithUnusedPiece(), HandMadeModel.Make(300, extraPiece: "x", extraKind: 4) })
        {
            using var tokenizer = SentencePieceTokenizer.Load(model);
            Assert.False(tokenizer.RemembersWords);
        }

        using var joined = SentencePieceTokenizer.Load(HandMadeModel.Make(300, extraPiece: "b▁a"));
        Assert.Contains("b▁a", joined.Encode("b a").Select(joined.PieceOf));
    }

    [Fact]
    public void A_models_own_fill_token_is_kept_and_none_is_added()
    {
        using var tokenizer = new MeditronTokenizer(SentencePieceTokenizer.Load(HandMadeModel.Make(300, withPad: true)));
        Assert.Equal(3, tokenizer.Pad);
        Assert.Null(tokenizer.IdOf("<PAD>"));
        Assert.Equal(316, tokenizer.VocabularySize);
    }
}
