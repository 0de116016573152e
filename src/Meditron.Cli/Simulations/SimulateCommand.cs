using System.CommandLine;
using System.Globalization;
using Meditron.Cli.Commands;
using Meditron.Simulation.Scenarios;
using Meditron.Simulation.Worlds;

namespace Meditron.Cli.Simulations;

/// <summary><c>meditron simulate</c>: plays the production actors in a world of virtual time, one seed with its event log, or many.</summary>
internal static class SimulateCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "simulate",
            "Play the production actors on one thread in virtual time, with faults of the network, machines and disks. --seed replays one schedule with its event log, the same bytes each time; --seeds plays many and tells how to replay those that go wrong.");
        var seed = new Option<ulong?>("--seed") { Description = "Replay this seed.", HelpName = "N" };
        var seeds = new Option<string?>("--seeds") { Description = "Play these seeds; a run that was stopped says from where to go on.", HelpName = "FROM..TO|COUNT" };
        var scenario = new Option<string>("--scenario") { Description = Scenarios(), HelpName = "NAME", DefaultValueFactory = _ => AllScenarios.All.First().Name };
        var log = new Option<string?>("--log") { Description = "Where the event log of --seed goes; - for standard output, which is the default.", HelpName = "FILE|-" };
        var bugs = new Option<string[]>("--bug") { Description = $"Make a mistake on purpose, to see that it is found: {string.Join(", ", PlantedBugs.Names)}.", HelpName = "NAME" };
        var jobs = new Option<int>("--jobs") { Description = "How many seeds of --seeds are played at the same time; as many as there are processors unless given.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount }.AtLeast(1);
        command.Options.Add(seed);
        command.Options.Add(seeds);
        command.Options.Add(scenario);
        command.Options.Add(log);
        command.Options.Add(bugs);
        command.Options.Add(jobs);
        command.Subcommands.Add(PlayerCommand.Create());
        command.OnRun(
            (parsed, context) =>
            {
                var play = Play.Of(parsed.GetValue(scenario)!, parsed.GetValue(bugs) ?? []);
                switch (parsed.GetValue(seed), parsed.GetValue(seeds))
                {
                    case ({ } one, null):
                        RefuseWith(parsed.GetResult(jobs) is { Implicit: false }, "--jobs", "--seeds");
                        return new SeedReplay(play, context).Run(one, parsed.GetValue(log) ?? "-");
                    case (null, { } many):
                        RefuseWith(parsed.GetValue(log) is not null, "--log", "--seed");
                        return new SeedRuns(play, context).Run(SeedRange.Parse(many), parsed.GetValue(jobs));
                    default:
                        throw new UsageException("give either --seed N, to replay one schedule, or --seeds FROM..TO or COUNT, to play many.");
                }
            },
            "ending with the seeds that are being played");
        return command;
    }

    private static string Scenarios() => string.Create(
        CultureInfo.InvariantCulture, $"What is played: {string.Join("; ", AllScenarios.All.Select(static scenario => $"{scenario.Name} ({scenario.Summary})"))}.");

    private static void RefuseWith(bool given, string option, string other)
    {
        if (given)
        {
            throw new UsageException($"{option} goes with {other} only.");
        }
    }
}
