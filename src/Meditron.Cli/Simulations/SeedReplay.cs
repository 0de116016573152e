using System.Globalization;
using Meditron.Data;
using Meditron.Simulation.Scenarios;

namespace Meditron.Cli.Simulations;

/// <summary>Replays one seed and writes its event log.</summary>
internal sealed class SeedReplay(Play play, CliContext context)
{
    /// <summary>Runs; gives the exit code.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="log">The file of the event log, or - for standard output.</param>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public int Run(ulong seed, string log)
    {
        RunResult result;
        if (log == "-")
        {
            // Nothing but the log goes there, so that two can be compared.
            using var buffer = new StreamWriter(Console.OpenStandardOutput(), bufferSize: 64 * 1024) { NewLine = "\n" };
            result = Replay(seed, buffer);
        }
        else
        {
            OutputFolder.Create(log);
            using var file = new StreamWriter(log) { NewLine = "\n" };
            result = Replay(seed, file);
        }

        var summary = string.Create(
            CultureInfo.InvariantCulture, $"seed {seed} of {play.Scenario}: {result.Steps:N0} steps in {result.Time.TotalSeconds:F1} s of virtual time, log sha256 {result.LogSha256}");
        if (result.Violation is { } violation)
        {
            Console.Error.WriteLine($"{summary}{Environment.NewLine}VIOLATION {violation.Invariant}: {violation.Message}");
            return ExitCodes.Violation;
        }

        (log == "-" ? Console.Error : context.Console.Profile.Out.Writer).WriteLine($"{summary}, nothing violated");
        return ExitCodes.Ok;
    }

    private RunResult Replay(ulong seed, StreamWriter log) => ScenarioRunner.Run(AllScenarios.Find(play.Scenario), seed, log, play.Bugs);
}
