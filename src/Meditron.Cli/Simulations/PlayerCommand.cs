using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Meditron.Simulation.Scenarios;
using Meditron.Simulation.Soaking;

namespace Meditron.Cli.Simulations;

/// <summary><c>meditron simulate player</c>: plays the seeds that it reads, a line each, and writes a line of how each has come out; started by <see cref="ProcessPlayer"/>.</summary>
internal static class PlayerCommand
{
    /// <summary>The command's name.</summary>
    public const string Name = "player";

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command(Name, "Play the seeds that come on standard input.") { Hidden = true };
        var scenario = new Option<string>("--scenario") { Required = true };
        var bugs = new Option<string[]>("--bug");
        command.Options.Add(scenario);
        command.Options.Add(bugs);
        command.SetAction(parsed =>
        {
            // Ctrl-C reaches all processes of a terminal; who has started this one says when it is over.
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
            var play = Play.Of(parsed.GetValue(scenario)!, parsed.GetValue(bugs) ?? []);
            using var player = new ThreadPlayer(AllScenarios.Find(play.Scenario), play.Bugs);
            using var output = new StreamWriter(Console.OpenStandardOutput()) { NewLine = "\n", AutoFlush = true };
            while (Console.In.ReadLine() is { } line)
            {
                var result = player.Play(ulong.Parse(line, NumberStyles.None, CultureInfo.InvariantCulture));
                output.WriteLine(JsonSerializer.Serialize(PlayedSeed.Of(result), PlayedSeedJson.Default.PlayedSeed));
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
