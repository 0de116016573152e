using System.Diagnostics;
using System.Globalization;
using Meditron.Simulation.Scenarios;

namespace Meditron.Simulation.Tests;

public sealed class DeterminismTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    public static TheoryData<string, ulong> Plays
    {
        get
        {
            var plays = new TheoryData<string, ulong>();
            foreach (var scenario in AllScenarios.All)
            {
                plays.Add(scenario.Name, 11);
                plays.Add(scenario.Name, 12);
            }

            return plays;
        }
    }

    [Theory]
    [MemberData(nameof(Plays))]
    public void One_seed_gives_one_log_byte_for_byte_in_this_process_and_in_others(string scenario, ulong seed)
    {
        var (here, result) = Play(scenario, seed);
        Assert.True(here.Length > 10_000, $"the log has {here.Length} characters");
        Assert.Equal(here, Play(scenario, seed).Log);

        // Hash codes of strings differ from process to process: what depends on them shows here.
        Assert.Equal(here, PlayElsewhere(scenario, seed));
        Assert.Equal(result.LogSha256, Play(scenario, seed).Result.LogSha256);
    }

    [Theory]
    [MemberData(nameof(Plays))]
    public async Task The_kind_of_thread_and_its_context_change_no_step(string scenario, ulong seed)
    {
        var digests = new List<ulong>();
        void Add() => digests.Add(ScenarioRunner.Run(AllScenarios.Find(scenario), seed).Digest);

        var thread = new Thread(Add);
        thread.Start();
        thread.Join();
        await Task.Run(Add).WaitAsync(Deadline);
        thread = new Thread(() =>
        {
            SynchronizationContext.SetSynchronizationContext(new OtherContext());
            Add();
        });
        thread.Start();
        thread.Join();
        Assert.Single(digests.Distinct());
        Assert.Equal(3, digests.Count);
    }

    [Theory]
    [MemberData(nameof(Plays))]
    public void The_log_changes_no_step(string scenario, ulong seed)
    {
        var quiet = ScenarioRunner.Run(AllScenarios.Find(scenario), seed);
        var loud = Play(scenario, seed).Result;
        Assert.Equal((quiet.Steps, quiet.Digest, quiet.Time), (loud.Steps, loud.Digest, loud.Time));
        Assert.NotEqual(quiet.Digest, ScenarioRunner.Run(AllScenarios.Find(scenario), seed + 1000).Digest);
    }

    private static (string Log, RunResult Result) Play(string scenario, ulong seed)
    {
        using var log = new StringWriter(CultureInfo.InvariantCulture);
        var result = ScenarioRunner.Run(AllScenarios.Find(scenario), seed, log);
        return (log.ToString(), result);
    }

    private static string PlayElsewhere(string scenario, ulong seed)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, "play", scenario, seed.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        if (!output.Wait(Deadline) || !process.WaitForExit(Deadline))
        {
            process.Kill();
            Assert.Fail($"the other process has not ended within {Deadline}");
        }

        return output.Result;
    }

    private sealed class OtherContext : SynchronizationContext;
}
