namespace Meditron.Data.Curation.Settings;

/// <summary>Which benchmarks the corpus must not contain, and the rules that find them.</summary>
public sealed record ContaminationSettings
{
    /// <summary>The benchmarks' files or globs (JSONL, one question a line), relative to the input folder.</summary>
    public IReadOnlyList<string> Benchmarks { get; init; } = [];

    /// <summary>The fields that make up a question's text, joined in this order; fields a record lacks are passed over.</summary>
    public IReadOnlyList<string> Fields { get; init; } = ["question"];

    /// <summary>Words of an n-gram of the overlap rule; 0 switches the rule off.</summary>
    public int OverlapWords { get; init; } = 8;

    /// <summary>The share of a question's n-grams found in a document, or of a document's found in a benchmark, from which the document is dropped.</summary>
    public double OverlapShare { get; init; } = 0.8;

    /// <summary>Words of a passage that drops a document by itself; 0 switches the rule off.</summary>
    public int PassageWords { get; init; } = 13;

    internal void Validate()
    {
        Check.That(OverlapWords is >= 0 and <= 64, "contamination.overlap-words", OverlapWords, "0 (off) to 64");
        Check.That(OverlapShare is > 0 and <= 1, "contamination.overlap-share", OverlapShare, "a number above 0, up to 1");
        Check.That(PassageWords is >= 0 and <= 64, "contamination.passage-words", PassageWords, "0 (off) to 64");
    }
}
