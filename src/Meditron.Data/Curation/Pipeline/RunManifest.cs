using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>What an output folder holds: the settings it was made with, and how far the run is.</summary>
internal sealed record RunManifest
{
    public int Version { get; init; } = 1;

    public CurationSettings Settings { get; init; } = new();

    public ulong PlanHash { get; init; }

    public long Units { get; init; }

    public long Files { get; init; }

    public long InputBytes { get; init; }

    public ulong BenchmarkHash { get; init; }

    public bool Complete { get; init; }
}
