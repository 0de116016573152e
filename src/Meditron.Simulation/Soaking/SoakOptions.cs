namespace Meditron.Simulation.Soaking;

/// <summary>Which seeds a soak plays, and how.</summary>
/// <param name="From">The first seed.</param>
/// <param name="To">The last seed.</param>
/// <param name="Jobs">How many are played at the same time.</param>
internal sealed record SoakOptions(ulong From, ulong To, int Jobs)
{
    /// <summary>After how many violations it ends.</summary>
    public int MostViolations { get; init; } = int.MaxValue;

    /// <summary>Called for every seed, one at a time.</summary>
    public Action<RunResult>? OnSeed { get; init; }
}
