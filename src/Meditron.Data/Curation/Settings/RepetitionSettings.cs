namespace Meditron.Data.Curation.Settings;

/// <summary>The repetition filter: the largest shares of a document that may repeat an earlier part of it.</summary>
public sealed record RepetitionSettings
{
    /// <summary>Documents with fewer words are not judged.</summary>
    public int MinWords { get; init; } = 50;

    /// <summary>The largest share of characters in lines that repeat an earlier line.</summary>
    public double MaxDuplicateLines { get; init; } = 0.3;

    /// <summary>The largest share of characters in paragraphs that repeat an earlier paragraph.</summary>
    public double MaxDuplicateParagraphs { get; init; } = 0.3;

    /// <summary>Words of an n-gram.</summary>
    public int NgramWords { get; init; } = 10;

    /// <summary>The largest share of n-grams that repeat an earlier n-gram.</summary>
    public double MaxDuplicateNgrams { get; init; } = 0.3;

    internal void Validate()
    {
        Check.That(MinWords >= 0, "repetition.min-words", MinWords, "0 or more");
        Check.Share(MaxDuplicateLines, "repetition.max-duplicate-lines");
        Check.Share(MaxDuplicateParagraphs, "repetition.max-duplicate-paragraphs");
        Check.That(NgramWords is >= 1 and <= 64, "repetition.ngram-words", NgramWords, "1 to 64");
        Check.Share(MaxDuplicateNgrams, "repetition.max-duplicate-ngrams");
    }
}
