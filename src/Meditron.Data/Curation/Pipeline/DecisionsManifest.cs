namespace Meditron.Data.Curation.Pipeline;

/// <summary>What a step that compares documents decided; written last, it makes the step's file of decisions valid.</summary>
internal sealed record DecisionsManifest
{
    public string Step { get; init; } = "";

    public long Dropped { get; init; }

    public long Candidates { get; init; }

    public ulong Hash { get; init; }
}
