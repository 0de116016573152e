namespace Meditron.Simulation.Soaking;

/// <summary>Plays seeds on the calling thread.</summary>
/// <param name="scenario">The scenario.</param>
/// <param name="bugs">Planted bugs, for tests of the scenario itself.</param>
internal sealed class ThreadPlayer(Scenario scenario, PlantedBugs bugs) : ISeedPlayer
{
    public RunResult Play(ulong seed) => ScenarioRunner.Run(scenario, seed, null, bugs);

    public void Dispose()
    {
    }
}
