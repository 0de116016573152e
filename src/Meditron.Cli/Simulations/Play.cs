using System.Globalization;
using Meditron.Simulation.Scenarios;
using Meditron.Simulation.Worlds;

namespace Meditron.Cli.Simulations;

/// <summary>What is played: a scenario, and the mistakes that are made on purpose.</summary>
/// <param name="Scenario">The scenario's name.</param>
/// <param name="Bugs">The mistakes.</param>
internal sealed record Play(string Scenario, PlantedBugs Bugs)
{
    /// <summary>Finds both by their names.</summary>
    /// <exception cref="UsageException">There is no such scenario or mistake: names those that there are.</exception>
    public static Play Of(string scenario, IEnumerable<string> bugs)
    {
        try
        {
            return new Play(AllScenarios.Find(scenario).Name, PlantedBugs.Parse(bugs));
        }
        catch (ArgumentException e)
        {
            throw new UsageException(e.Message.Split(" (Parameter", 2)[0]);
        }
    }

    /// <summary>The arguments of a process that plays seeds of it.</summary>
    public IReadOnlyList<string> Player => ["simulate", PlayerCommand.Name, "--scenario", Scenario, .. BugNames.SelectMany(static name => new[] { "--bug", name })];

    /// <summary>The command that replays a seed.</summary>
    public string Replay(ulong seed) => string.Create(CultureInfo.InvariantCulture, $"meditron simulate --scenario {Scenario}{Options} --seed {seed}");

    /// <summary>The command that goes on with the seeds that are left.</summary>
    public string GoOn(SeedRange seeds) => $"meditron simulate --scenario {Scenario}{Options} --seeds {seeds}";

    private string Options => string.Concat(BugNames.Select(static name => $" --bug {name}"));

    private string[] BugNames => Bugs.IsEmpty ? [] : Bugs.ToString().Split(", ");
}
