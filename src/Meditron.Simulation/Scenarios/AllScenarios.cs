namespace Meditron.Simulation.Scenarios;

/// <summary>The scenarios by name.</summary>
internal static class AllScenarios
{
    private static readonly Func<Scenario>[] Makers = [static () => new ClusterScenario(), static () => new PauseScenario(), static () => new TrainingScenario()];

    /// <summary>One of each.</summary>
    public static IEnumerable<Scenario> All => Makers.Select(static make => make());

    /// <summary>The scenario of a name.</summary>
    /// <exception cref="ArgumentException">There is none: names those that there are.</exception>
    public static Scenario Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name)
        ?? throw new ArgumentException($"There is no scenario '{name}'; there are {string.Join(", ", All.Select(static scenario => scenario.Name))}.", nameof(name));
}
