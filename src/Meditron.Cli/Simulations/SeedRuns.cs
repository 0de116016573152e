using System.Globalization;
using Meditron.Simulation.Scenarios;
using Meditron.Simulation.Soaking;

namespace Meditron.Cli.Simulations;

/// <summary>Plays many seeds, tells of progress, and of each that violates something at once.</summary>
internal sealed class SeedRuns(Play play, CliContext context)
{
    private const int MostViolations = 100;
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(10);

    private readonly Lock _output = new();

    /// <summary>Runs; gives the exit code.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="jobs">How many at the same time.</param>
    public int Run(SeedRange seeds, int jobs)
    {
        var soak = new Soak(() => new ProcessPlayer(play), new SoakOptions(seeds.From, seeds.To, Jobs(seeds, jobs))
        {
            MostViolations = MostViolations,
            OnSeed = Report,
        });
        Write(string.Create(CultureInfo.InvariantCulture, $"Playing seeds {seeds} of {play.Scenario}, {jobs} at a time."));
        using var stop = context.Cancellation.Register(soak.Stop);
        using var ticker = context.Time.CreateTimer(_ => Write(Describe(soak.Progress)), null, ProgressEvery, ProgressEvery);
        var progress = soak.Run();
        ticker.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Summarize(progress, seeds);
        return progress.Violations.Count > 0 ? ExitCodes.Violation : progress.Next <= seeds.To ? ExitCodes.Interrupted : ExitCodes.Ok;
    }

    // No more processes than there are seeds.
    private static int Jobs(SeedRange seeds, int jobs) => (int)Math.Min((ulong)jobs - 1, seeds.To - seeds.From) + 1;

    private static string Describe(SoakProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"{progress.Seeds:N0} seeds in {Quantity.Time(progress.Elapsed)}, {progress.Seeds / Math.Max(progress.Elapsed.TotalSeconds, 1e-3):F1} a second, {progress.Violations.Count} violations, all below {progress.Next} done");

    private void Summarize(SoakProgress progress, SeedRange seeds)
    {
        Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{Describe(progress)}; {progress.Steps:N0} steps, {progress.Time.TotalHours:F1} hours of virtual time"));
        if (progress.Violations.Count >= MostViolations)
        {
            Write($"Ended after {MostViolations} violations.");
        }

        if (progress.Next <= seeds.To)
        {
            Write($"To go on: {play.GoOn(seeds with { From = progress.Next })}");
        }
    }

    private void Report(RunResult result)
    {
        if (result.Violation is { } violation)
        {
            Write(string.Create(CultureInfo.InvariantCulture, $"VIOLATION seed {result.Seed}: {violation.Invariant}: {violation.Message}{Environment.NewLine}  {play.Replay(result.Seed)}"));
        }
    }

    private void Write(string text)
    {
        lock (_output)
        {
            context.WriteLine(text);
            context.Console.Profile.Out.Writer.Flush();
        }
    }
}
