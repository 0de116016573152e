namespace Meditron.Simulation.Soaking;

/// <summary>How far a soak is.</summary>
/// <param name="Next">All seeds below this one have been played.</param>
/// <param name="Seeds">The number of seeds played.</param>
/// <param name="Steps">The number of steps of all worlds.</param>
/// <param name="Time">The virtual time of all worlds.</param>
/// <param name="Elapsed">The time it took.</param>
/// <param name="Violations">The seeds for which something did not hold.</param>
internal sealed record SoakProgress(ulong Next, long Seeds, long Steps, TimeSpan Time, TimeSpan Elapsed, IReadOnlyList<RunResult> Violations);
