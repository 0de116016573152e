namespace Meditron.Data.Tokenization;

/// <summary>Which tokens <see cref="MeditronTokenizer"/> adds to a SentencePiece model.</summary>
public sealed record MeditronTokenizerOptions
{
    /// <summary>The tokens that mark citations, figures, tables and formulas, in the order of their ids.</summary>
    public static IReadOnlyList<string> DomainTokens { get; } =
    [
        "[bib_ref]", "[/bib_ref]", "[fig_ref]", "[/fig_ref]", "[bib]", "[/bib]", "[fig]", "[/fig]", "[table]", "[/table]", "[formula]", "[/formula]",
    ];

    /// <summary>The tokens that begin and end a turn of a conversation, in the order of their ids.</summary>
    public static IReadOnlyList<string> ChatTokens { get; } = ["<|im_start|>", "<|im_end|>"];

    /// <summary>False is Megatron-LLM's <c>--no_new_tokens</c>: no id is added, the end of a sentence ends a document and fills up.</summary>
    public bool NewTokens { get; init; } = true;

    /// <summary>Tokens added after the built-in ones, in the order of their ids.</summary>
    public IReadOnlyList<string> ExtraTokens { get; init; } = DomainTokens;

    /// <summary>MEDITRON's tokens with those of instruction tuning after them.</summary>
    public static MeditronTokenizerOptions ForInstructions { get; } = new() { ExtraTokens = [.. DomainTokens, .. ChatTokens] };
}
