namespace Meditron.Data.Curation.Pipeline;

/// <summary>What writing the kept documents of one unit gave; written last, it makes the unit's output valid.</summary>
internal sealed record CorpusManifest
{
    public long Unit { get; init; }

    public IReadOnlyList<CorpusOutput> Outputs { get; init; } = [];

    public IReadOnlyList<GroupCount> Groups { get; init; } = [];

    public IReadOnlyList<DropCount> Drops { get; init; } = [];

    public IReadOnlyList<DropSample> DropSamples { get; init; } = [];

    /// <summary>For each subset the number of kept documents by the power of two of their words.</summary>
    public SortedDictionary<string, long[]> Lengths { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Dropped documents by benchmark question: the question's place and the number.</summary>
    public SortedDictionary<int, long> Questions { get; init; } = [];

    /// <summary>How often documents were written beyond once.</summary>
    public long Repeats { get; init; }
}
