using Meditron.Training.Chaos;

namespace Meditron.Cli.Tests;

/// <summary>Faults that come together or one upon another, in jobs of real processes.</summary>
public sealed class FaultCombinationTests : IDisposable
{
    private const int Steps = 24;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);

    private readonly ComparedRuns runs = new(Steps);

    [Fact]
    public void Whoever_takes_a_killed_worker_s_place_is_killed_at_the_same_point_and_no_bit_changes() => KillTwice(FaultPoint.BeforeNorm, FaultPoint.MidUpdate);

    [Fact]
    [Trait("Category", "Soak")]
    public void At_every_point_of_a_step_whoever_takes_a_killed_worker_s_place_may_be_killed_as_well() =>
        KillTwice(FaultPoint.BeforeForward, FaultPoint.AfterBackward, FaultPoint.BeforeNorm, FaultPoint.AfterNorm, FaultPoint.MidUpdate, FaultPoint.MidAllGather, FaultPoint.AfterStep);

    [Fact]
    public void Two_of_four_workers_are_killed_at_once_and_no_bit_changes()
    {
        CliProcess.Run(runs.Arguments("single")).Succeeds();
        CliProcess.Run(
            Deadline,
            [
                .. runs.Arguments(
                    "pair", "meditron.parallel.data=2", "meditron.parallel.pipeline=2", "meditron.parallel.standbys=1", "meditron.recovery.restart-min-backoff=0s",
                    "meditron.chaos.faults=[{ point = before-norm, action = kill, step = 6, rank = 0 }, { point = before-norm, action = kill, step = 6, rank = 3 }]"), "--plain",
            ]).Succeeds();
        Assert.DoesNotContain("memory-lost", File.ReadAllText(runs.File("pair", "events.jsonl")), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(runs.File("pair", "chaos")).Length);
        Assert.Equal(runs.StateHash("single"), runs.StateHash("pair"));
        runs.AssertEveryStepOnce("pair");
    }

    [Fact]
    public void Chunks_that_are_lost_among_replicas_between_stages_and_in_the_commit_are_missed_and_no_bit_changes()
    {
        CliProcess.Run(runs.Arguments("single")).Succeeds();

        // What is lost in the commit is followed by nothing: only that all ranks wait for each other shows it.
        string[] faults = ["point = before-forward, action = drop, group = data, step = 4", "point = before-forward, action = drop, group = pipeline, step = 9", "point = before-norm, action = drop, step = 14"];
        CliProcess.Run(
            Deadline,
            [
                .. runs.Arguments("lost", "meditron.parallel.data=2", "meditron.parallel.pipeline=2", "meditron.recovery.progress-timeout=5s", $"meditron.chaos.faults=[{string.Join(", ", faults.Select(fault => $"{{ {fault} }}"))}]"),
                "--plain",
            ]).Succeeds();
        var events = File.ReadAllText(runs.File("lost", "events.jsonl"));
        Assert.Matches("\"generation-failed\".*chunk [0-9]+ came from rank [0-9] where chunk [0-9]+ was to come", events);
        Assert.DoesNotContain("memory-lost", events, StringComparison.Ordinal);
        Assert.Equal(faults.Length, Directory.GetFiles(runs.File("lost", "chaos")).Length);
        Assert.Equal(runs.StateHash("single"), runs.StateHash("lost"));
        runs.AssertEveryStepOnce("lost");
    }

    public void Dispose() => runs.Dispose();

    private void KillTwice(params FaultPoint[] points)
    {
        CliProcess.Run(runs.Arguments("single")).Succeeds();

        // Rank 0 is killed in two steps that follow each other, at every point in turn: of two workers and a standby none outlives both.
        List<string> faults = [];
        foreach (var (index, point) in points.Index())
        {
            faults.Add($"{{ point = {Name(point)}, action = kill, step = {2 + 3 * index} }}");
            faults.Add($"{{ point = {Name(point)}, action = kill, step = {3 + 3 * index} }}");
        }

        CliProcess.Run(
            Deadline, [.. runs.Arguments("twice", "meditron.parallel.data=2", "meditron.parallel.standbys=1", "meditron.recovery.restart-min-backoff=0s", "meditron.recovery.restart-max-backoff=0s", $"meditron.chaos.faults=[{string.Join(", ", faults)}]"), "--plain"]).Succeeds();
        var events = File.ReadAllText(runs.File("twice", "events.jsonl"));
        Assert.DoesNotContain("memory-lost", events, StringComparison.Ordinal);
        Assert.Equal(faults.Count, Directory.GetFiles(runs.File("twice", "chaos")).Length);
        Assert.Equal(runs.StateHash("single"), runs.StateHash("twice"));
        runs.AssertEveryStepOnce("twice");
    }

    private static string Name(FaultPoint point) => string.Concat(point.ToString().Select((letter, index) => index > 0 && char.IsUpper(letter) ? $"-{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
