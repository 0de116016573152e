namespace Meditron.Simulation.Scenarios;

/// <summary>How a scenario has come out for one seed.</summary>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Violation">What did not hold, or null.</param>
/// <param name="Time">The virtual time that has passed.</param>
/// <param name="Steps">The number of steps.</param>
/// <param name="Digest">A number over all steps: the same for two runs that are the same.</param>
/// <param name="LogSha256">Over the event log, where it was kept; else empty.</param>
internal sealed record RunResult(string Scenario, ulong Seed, SimulationException? Violation, TimeSpan Time, long Steps, ulong Digest, string LogSha256);
