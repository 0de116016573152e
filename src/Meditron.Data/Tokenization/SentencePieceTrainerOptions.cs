namespace Meditron.Data.Tokenization;

/// <summary>How a SentencePiece model is trained; the defaults are those of Llama's tokenizer, with a smaller vocabulary.</summary>
public sealed record SentencePieceTrainerOptions
{
    /// <summary>How many pieces, the 256 single bytes and the three marks included.</summary>
    public int VocabularySize { get; init; } = 8000;

    /// <summary>The share of the text's characters that get pieces of their own; the rest is spelled in bytes.</summary>
    public double CharacterCoverage { get; init; } = 0.99995;

    /// <summary>Spell characters that have no piece in bytes, so that no text is ever unknown.</summary>
    public bool ByteFallback { get; init; } = true;

    /// <summary>Give each digit its own piece.</summary>
    public bool SplitDigits { get; init; } = true;

    /// <summary>The library's name for how text is normalized: <c>identity</c>, <c>nfkc</c>, <c>nmt_nfkc</c>, and with <c>_cf</c> for folded case.</summary>
    public string Normalization { get; init; } = "identity";

    /// <summary>Collapse runs of spaces and strip those at the ends.</summary>
    public bool RemoveExtraWhitespace { get; init; }

    /// <summary>Threads of the library while it trains; part of the model's bytes, therefore a fixed number and not the machine's.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>The longest line in bytes that the trainer is given; longer ones are cut at spaces.</summary>
    public int MaximumLineBytes { get; init; } = 4192;

    /// <summary>Further options of the library, by their names in <c>spm_train --help</c>.</summary>
    public IReadOnlyDictionary<string, string> Further { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}
