using System.ComponentModel.DataAnnotations;

namespace Meditron.Training.Settings;

/// <summary>The tokenizer: a SentencePiece model, or the size of one to train: <c>meditron.data.tokenizer</c>.</summary>
public sealed record TokenizerSettings
{
    /// <summary>A SentencePiece .model file; empty: train one on the inputs.</summary>
    public required string Model { get; init; }

    /// <summary>Pieces of a tokenizer that is trained, special tokens not counted.</summary>
    [Range(300, 1_000_000)]
    public required int VocabularySize { get; init; }

    /// <summary>Whether the special tokens of MEDITRON are added.</summary>
    public required bool NewTokens { get; init; }

    /// <summary>Whether an end-of-document token follows each document.</summary>
    public required bool AppendEod { get; init; }
}
