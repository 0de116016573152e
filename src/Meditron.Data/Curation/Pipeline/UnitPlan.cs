namespace Meditron.Data.Curation.Pipeline;

/// <summary>A unit of work: the pieces of input that make up one shard. The plan is a file with one unit a line.</summary>
public sealed record UnitPlan
{
    /// <summary>The unit's number, from 0.</summary>
    public long Unit { get; init; }

    /// <summary>The source in <see cref="Settings.CurationSettings.Sources"/> it belongs to.</summary>
    public int Source { get; init; }

    /// <summary>The pieces in order.</summary>
    public IReadOnlyList<PiecePlan> Pieces { get; init; } = [];
}
