namespace Meditron.Data.Curation.Settings;

/// <summary>The names of the pipeline's steps, in the order they run.</summary>
public static class CurationStep
{
    /// <summary>Document-uniform sampling of subsets with a sample rate below 1 (experience replay).</summary>
    public const string Sample = "sample";

    /// <summary>The formatting rules of the paper.</summary>
    public const string Format = "format";

    /// <summary>The language filter.</summary>
    public const string Language = "language";

    /// <summary>The length filter.</summary>
    public const string Length = "length";

    /// <summary>The filter by the share of letters.</summary>
    public const string Letters = "letters";

    /// <summary>The repetition filter.</summary>
    public const string Repetition = "repetition";

    /// <summary>Duplicates by the hash of the normalised text, and by the 500-character key where a subset asks for it.</summary>
    public const string ExactDuplicates = "exact-duplicates";

    /// <summary>Documents of several subsets that share an id.</summary>
    public const string DuplicateIds = "duplicate-ids";

    /// <summary>Near-duplicates by MinHash and locality-sensitive hashing.</summary>
    public const string NearDuplicates = "near-duplicates";

    /// <summary>Overlap with benchmark questions.</summary>
    public const string Contamination = "contamination";

    /// <summary>Training and validation splits by document.</summary>
    public const string Split = "split";

    /// <summary>Repetition of training documents by their metadata.</summary>
    public const string Upsample = "upsample";

    /// <summary>Tokenizing to indexed datasets.</summary>
    public const string Tokenize = "tokenize";

    /// <summary>Every step.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Sample, Format, Language, Length, Letters, Repetition, ExactDuplicates, DuplicateIds, NearDuplicates, Contamination, Split, Upsample, Tokenize,
    ];

    /// <summary>The steps of the paper's final run: all but upsampling.</summary>
    public static IReadOnlyList<string> Default { get; } = [.. All.Where(s => s != Upsample)];
}
