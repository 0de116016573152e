namespace Meditron.Data.Curation.Filters;

/// <summary>The names under which dropped documents are counted.</summary>
public static class DropReason
{
    /// <summary>Not in a language that is kept.</summary>
    public const string Language = "language";

    /// <summary>Fewer characters or words than wanted.</summary>
    public const string TooShort = "too-short";

    /// <summary>More characters than wanted.</summary>
    public const string TooLong = "too-long";

    /// <summary>Too few letters.</summary>
    public const string Letters = "few-letters";

    /// <summary>Too many repeated lines.</summary>
    public const string RepeatedLines = "repeated-lines";

    /// <summary>Too many repeated paragraphs.</summary>
    public const string RepeatedParagraphs = "repeated-paragraphs";

    /// <summary>Too many repeated n-grams.</summary>
    public const string RepeatedNgrams = "repeated-ngrams";

    /// <summary>Not drawn by the sample.</summary>
    public const string NotSampled = "not-sampled";

    /// <summary>The same normalised text as another document.</summary>
    public const string ExactDuplicate = "exact-duplicate";

    /// <summary>The same beginning as another document of its subset.</summary>
    public const string PrefixDuplicate = "prefix-duplicate";

    /// <summary>Shares an id with another document.</summary>
    public const string DuplicateId = "duplicate-id";

    /// <summary>Nearly the same as another document.</summary>
    public const string NearDuplicate = "near-duplicate";

    /// <summary>Holds most of a benchmark question, or is mostly made of benchmark questions.</summary>
    public const string BenchmarkOverlap = "benchmark-overlap";

    /// <summary>Holds a long passage of a benchmark question.</summary>
    public const string BenchmarkPassage = "benchmark-passage";

    /// <summary>Its metadata excludes it (a retracted paper, a preprint), where upsampling is on.</summary>
    public const string Excluded = "excluded-by-metadata";
}
