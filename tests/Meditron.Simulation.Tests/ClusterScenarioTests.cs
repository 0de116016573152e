using Meditron.Simulation.Scenarios;
using Meditron.Simulation.Soaking;

namespace Meditron.Simulation.Tests;

public sealed class ClusterScenarioTests
{
    [Theory]
    [InlineData("cluster", 2_000)]
    [InlineData("pauses", 200)]
    [InlineData("training", 20)]
    public void Whatever_happens_to_the_nodes_all_that_must_hold_holds(string scenario, int seeds)
    {
        var progress = new Soak(() => new ThreadPlayer(AllScenarios.Find(scenario), PlantedBugs.None), new SoakOptions(1, (ulong)seeds, Jobs: 2)).Run();
        Assert.Equal(seeds, progress.Seeds);
        Assert.True(progress.Violations.Count == 0, string.Join('\n', progress.Violations.Select(result => $"seed {result.Seed}: {result.Violation!.Invariant}: {result.Violation.Message}")));
    }
}
