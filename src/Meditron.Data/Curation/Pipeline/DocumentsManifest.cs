namespace Meditron.Data.Curation.Pipeline;

/// <summary>What reading, formatting and filtering one unit gave; written last, it makes the unit's shard valid.</summary>
internal sealed record DocumentsManifest
{
    public long Unit { get; init; }

    public int Documents { get; init; }

    public long ShardBytes { get; init; }

    public ulong ShardHash { get; init; }

    public long InputBytes { get; init; }

    public IReadOnlyList<DocumentGroup> Groups { get; init; } = [];

    public SortedDictionary<string, long> Read { get; init; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, long> Failures { get; init; } = new(StringComparer.Ordinal);

    public IReadOnlyList<ReadFailure> FailureSamples { get; init; } = [];

    public IReadOnlyList<DropCount> Drops { get; init; } = [];

    public IReadOnlyList<DropSample> DropSamples { get; init; } = [];
}
