namespace Meditron.Data.Curation.Settings;

/// <summary>Tokenizing to indexed datasets.</summary>
public sealed record TokenizeSettings
{
    /// <summary>The SentencePiece model file; empty to train one on the training split.</summary>
    public string Model { get; init; } = "";

    /// <summary>The vocabulary of a model that is trained here; 0 where <see cref="Model"/> names one.</summary>
    public int TrainVocabulary { get; init; }

    /// <summary>Whether the built-in special tokens (<c>&lt;EOD&gt;</c> and so on) and the domain tokens of the formatting rules are added to the vocabulary.</summary>
    public bool AddTokens { get; init; } = true;

    /// <summary>Whether every document ends in the end-of-document token.</summary>
    public bool AppendEod { get; init; } = true;

    /// <summary>Whether the subsets of a split are also merged into one dataset.</summary>
    public bool Merge { get; init; } = true;

    internal void Validate(bool runs)
    {
        Check.That(TrainVocabulary is >= 0 and <= 1_000_000, "tokenize.train-vocabulary", TrainVocabulary, "0 to 1000000");
        Check.That(
            !runs || Model.Length > 0 || TrainVocabulary > 0, "tokenize.model", Model, "the path of a SentencePiece model, or set tokenize.train-vocabulary, or leave the step tokenize out");
    }
}
