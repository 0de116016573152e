namespace Meditron.Simulation.Scenarios;

/// <summary>Plays scenarios, each seed in a world of its own on the calling thread.</summary>
internal static class ScenarioRunner
{
    /// <summary>Plays a scenario for one seed.</summary>
    /// <param name="scenario">The scenario.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="log">Where the event log goes; null for none.</param>
    /// <param name="bugs">Planted bugs, for tests of the scenario itself.</param>
    public static RunResult Run(Scenario scenario, ulong seed, TextWriter? log = null, PlantedBugs? bugs = null)
    {
        using var events = log is null ? EventLog.None : EventLog.To(log);
        using var world = new World(seed, events, bugs);
        world.Note("world", $"scenario {scenario.Name}, seed {seed}{(bugs is null or { IsEmpty: true } ? "" : $", planted: {bugs}")}");
        world.Enter(() =>
        {
            try
            {
                scenario.Play(world);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                world.Violate("the scenario runs", $"{e.GetType().Name}: {e.Message}", e);
            }
        });
        world.Note("world", $"ends after {world.Steps} steps, digest {world.Digest:x16}");
        return new RunResult(scenario.Name, seed, world.Violation, world.Now, world.Steps, world.Digest, events.Sha256());
    }
}
