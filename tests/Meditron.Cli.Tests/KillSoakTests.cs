using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Meditron.Cli.Jobs;
using Meditron.Testing;
using Meditron.Testing.Processes;
using Meditron.Training.Runs;
using Xunit.Abstractions;

namespace Meditron.Cli.Tests;

/// <summary>A long run whose workers are killed again and again.</summary>
public sealed partial class KillSoakTests(ITestOutputHelper output)
{
    private const int StepsBetweenKills = 75;

    /// <summary>MEDITRON_SOAK_KILLS sets how many kills there are, MEDITRON_SOAK_SEED which processes they hit and when.</summary>
    [Fact]
    [Trait("Category", "Soak")]
    public async Task Random_kills_of_workers_lose_no_committed_step_and_change_no_bit()
    {
        var kills = Number("MEDITRON_SOAK_KILLS", 1000);
        var random = new Random(Number("MEDITRON_SOAK_SEED", 1));
        using var runs = new ComparedRuns((kills + 2) * StepsBetweenKills, checkpointInterval: 500, evalInterval: 0);
        var data = $"meditron.data.inputs=[\"{Path.Combine(RepositoryPaths.Root, "data", "sample", "*.jsonl")}\"]";
        CliProcess.Run(TimeSpan.FromHours(4), runs.Arguments("single", data)).Succeeds();
        var list = new JobNodes(new RunFolder(runs.File("killed")));
        var done = 0;
        var next = random.Next(StepsBetweenKills);
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "meditron.dll"),
            .. runs.Arguments("killed", data, "meditron.parallel.data=2", "meditron.parallel.standbys=1", "meditron.recovery.restart-min-backoff=0s", "meditron.recovery.restart-max-backoff=0s", "meditron.training.log-interval=1"),
            "--plain",
        ];
        await using var job = LineProcess.Start("dotnet", arguments, line =>
        {
            var step = StepLine().Match(line);
            if (done == kills || !step.Success || int.Parse(step.Groups[1].Value, CultureInfo.InvariantCulture) < next)
            {
                return;
            }

            var workers = list.List().Where(node => node.Role is "worker" or "standby" && node.IsAlive == true).OrderBy(node => node.Process).ToList();
            if (workers.Count > 0 && Signals.TrySend(workers[random.Next(workers.Count)].Process, Signal.Kill))
            {
                done++;
                next = done * StepsBetweenKills + random.Next(StepsBetweenKills);
            }
        });
        var code = await job.Exited(TimeSpan.FromHours(8));
        Assert.True(code == 0, job.Errors.Text());
        var (failures, lost, redone) = Failures(runs.File("killed", "events.jsonl"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} kills, {failures} of workers that trained; {redone} times the step under way was done again, {lost} committed steps were lost"));
        Assert.Equal(kills, done);
        Assert.DoesNotContain("memory-lost", await File.ReadAllTextAsync(runs.File("killed", "events.jsonl")), StringComparison.Ordinal);
        runs.AssertEveryStepOnce("killed");
        Assert.Equal(runs.StateHash("single"), runs.StateHash("killed"));
        Assert.Equal(0, lost);
    }

    /// <summary>Generations that failed, steps that were told of before and taken again after, and generations that went on from the step before the one under way.</summary>
    private static (int Failures, int Lost, int Redone) Failures(string events)
    {
        var (failures, lost, redone, failedAt) = (0, 0, 0, -1);
        foreach (var line in File.ReadLines(events))
        {
            using var entry = JsonDocument.Parse(line);
            var step = entry.RootElement.GetProperty("step").GetInt32();
            switch (entry.RootElement.GetProperty("event").GetString())
            {
                case "generation-failed":
                    failures++;
                    failedAt = Math.Max(failedAt, step);
                    break;
                case "generation" when failedAt >= 0:
                    lost += Math.Max(0, failedAt - step);
                    redone += step == failedAt ? 1 : 0;
                    failedAt = -1;
                    break;
            }
        }

        return (failures, lost, redone);
    }

    private static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    [GeneratedRegex("^step ([0-9]+)/")]
    private static partial Regex StepLine();
}
