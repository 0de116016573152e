using Meditron.Simulation.Scenarios;
using Meditron.Simulation.Soaking;

namespace Meditron.Simulation.Tests;

public sealed class ClusterScenarioTests
{
    [Fact]
    public void Whatever_happens_to_five_nodes_all_that_must_hold_holds()
    {
        var progress = new Soak(static () => new ClusterScenario(), new SoakOptions(1, 200, Jobs: 2)).Run();
        Assert.Equal(200, progress.Seeds);
        Assert.True(progress.Violations.Count == 0, string.Join('\n', progress.Violations.Select(result => $"seed {result.Seed}: {result.Violation!.Invariant}: {result.Violation.Message}")));
    }
}
