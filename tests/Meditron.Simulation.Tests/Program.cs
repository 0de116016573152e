using System.Globalization;
using Meditron.Simulation.Scenarios;

namespace Meditron.Simulation.Tests;

/// <summary>The test assembly as a program of its own: plays one seed and writes the event log, for the comparison of processes.</summary>
internal static class Program
{
    private static int Main(string[] args)
    {
        if (args is not ["play", var scenario, var seed, .. var bugs])
        {
            Console.Error.WriteLine("usage: play SCENARIO SEED [BUG ...]");
            return 2;
        }

        var result = ScenarioRunner.Run(
            AllScenarios.Find(scenario), ulong.Parse(seed, CultureInfo.InvariantCulture), Console.Out, PlantedBugs.Parse(bugs));
        return result.Violation is null ? 0 : 1;
    }
}
