namespace Meditron.Data.Curation.Settings;

/// <summary>Near-duplicates by MinHash (Broder 1997) and banded locality-sensitive hashing.</summary>
public sealed record NearDuplicateSettings
{
    /// <summary>The Jaccard similarity of word shingles from which two documents are near-duplicates.</summary>
    public double Threshold { get; init; } = 0.7;

    /// <summary>Words of a shingle.</summary>
    public int ShingleWords { get; init; } = 3;

    /// <summary>Hash functions of a signature; a multiple of 16.</summary>
    public int Permutations { get; init; } = 128;

    /// <summary>The share of pairs exactly at the threshold that the bands must bring together; bands and rows follow from it.</summary>
    public double CandidateRecall { get; init; } = 0.95;

    /// <summary>Documents with fewer words are not compared.</summary>
    public int MinWords { get; init; } = 20;

    internal void Validate()
    {
        Check.That(Threshold is > 0 and <= 1, "near-duplicates.threshold", Threshold, "a number above 0, up to 1");
        Check.That(ShingleWords is >= 1 and <= 32, "near-duplicates.shingle-words", ShingleWords, "1 to 32");
        Check.That(Permutations is >= 16 and <= 1024 && Permutations % 16 == 0, "near-duplicates.permutations", Permutations, "a multiple of 16 from 16 to 1024");
        Check.That(CandidateRecall is > 0 and < 1, "near-duplicates.candidate-recall", CandidateRecall, "a number between 0 and 1");
        Check.That(MinWords >= 0, "near-duplicates.min-words", MinWords, "0 or more");
    }
}
