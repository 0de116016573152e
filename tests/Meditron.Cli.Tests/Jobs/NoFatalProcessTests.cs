using System.Text.Json;
using Meditron.Testing.Processes;
using Meditron.Training.Distributed.Launching;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A job on one machine goes on whichever of its processes is killed, and those who lead it are replaced.</summary>
public sealed class NoFatalProcessTests : IDisposable
{
    private const string Two = "meditron.parallel.data=2";

    private readonly TestJob job = new();

    [Fact]
    public async Task A_job_whose_first_process_is_killed_goes_on_in_the_background_is_attached_to_and_stopped()
    {
        await using var train = Train();
        await train.WaitFor("another seed stands by");
        var workers = Workers();

        train.Send(Signal.Kill);
        await train.Exited();
        await using var attached = Train();
        await attached.WaitFor("attached to the job");
        var step = int.Parse(await attached.WaitFor("^step ([0-9]+)/"), System.Globalization.CultureInfo.InvariantCulture);
        await attached.WaitFor($"^step ({step + 5}|{step + 6}|{step + 7}|{step + 8})/");

        // Nobody was started twice or anew, and the generation is the first.
        Assert.Equal(workers, Workers());
        Assert.DoesNotContain("generation-failed", await File.ReadAllTextAsync(job.Run.Events), StringComparison.Ordinal);
        Assert.Contains("taken-over", await File.ReadAllTextAsync(job.Run.Events), StringComparison.Ordinal);
        CliProcess.Run(["train", "--plain", .. job.Options(Two, "meditron.training.learning-rate=2e-3")]).FailsWith(ExitCodes.Configuration, "is running with another configuration");

        // The seed that leads now has another one beside it, which goes on in the same way.
        Signals.Send(Seed(2), Signal.Kill);
        await attached.WaitFor($"^step [0-9]+: taken-over, generation 1 goes on");
        var nodes = job.Nodes;
        Assert.Equal(workers, Workers());
        attached.Send(Signal.Term);
        Assert.Equal(ExitCodes.Ok, await attached.Exited());
        Assert.Contains("Interrupted after step", attached.Output, StringComparison.Ordinal);
        TestJob.WaitForEnd(nodes);
        Assert.Empty(job.Nodes);
        var steps = File.ReadLines(job.Run.Metrics).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()).ToList();
        Assert.Equal(steps.Distinct().Order(), steps);
        CliProcess.Run("checkpoint", "verify", job.Run.Path).Succeeds();
    }

    [Fact]
    public async Task Workers_whose_leading_processes_are_all_killed_bring_one_back_and_lose_no_step()
    {
        await using var train = Train();
        await train.WaitFor("another seed stands by");
        var workers = Workers();
        foreach (var leading in job.Nodes.Where(node => node.Role is "train" or "seed"))
        {
            Signals.Send(leading.Process, Signal.Kill);
        }

        await train.Exited();
        Seed(2);
        await using var attached = Train();
        await attached.WaitFor("attached to the job");
        await attached.WaitFor("^step [0-9]+/");
        Assert.Equal(workers, Workers());
        Assert.DoesNotContain("generation-failed", await File.ReadAllTextAsync(job.Run.Events), StringComparison.Ordinal);
        var nodes = job.Nodes;
        CliProcess.Run("stop", "--run", job.Run.Path).Succeeds();
        Assert.Equal(ExitCodes.Ok, await attached.Exited());
        TestJob.WaitForEnd(nodes);
    }

    [Fact]
    public async Task Workers_are_forked_from_a_process_with_libtorch_and_started_without_it_once_it_is_killed()
    {
        await using var train = job.Train(Two, "meditron.recovery.restart-min-backoff=0s", "meditron.recovery.restart-max-backoff=0s");
        await train.WaitFor("^step [0-9]+/");
        var server = 0;
        for (var kills = 0; server == 0 && kills < 10; kills++)
        {
            // One that ends before the server has loaded everything is started in the ordinary way.
            server = await Replace(train) is var process && IsForked(process) ? Ancestry.ParentOf(process) : 0;
        }

        Assert.NotEqual(0, server);
        Signals.Send(server, Signal.Kill);
        await Replace(train);
        await Replace(train);
        var nodes = job.Nodes;
        train.Send(Signal.Term);
        Assert.Equal(ExitCodes.Ok, await train.Exited());
        TestJob.WaitForEnd(nodes);
        job.AssertEveryStepOnce();
    }

    public void Dispose() => job.Dispose();

    private static bool IsForked(int process) => File.ResolveLinkTarget($"/proc/{process}/exe", returnFinalTarget: false)?.Name == OwnProgram.ForkServerName;

    /// <summary>Kills a worker of two, waits until two train again, and gives the new one.</summary>
    private async Task<int> Replace(MeditronProcess train)
    {
        var before = Workers();
        var from = train.Lines;
        Signals.Send(before[0], Signal.Kill);
        await train.WaitFor("training with 2 workers", from);
        await train.WaitFor("^step [0-9]+/", train.Lines);
        return Workers().Except(before).Single();
    }

    private MeditronProcess Train() => job.Train(Two);

    private List<int> Workers() => [.. job.Nodes.Where(node => node.Role == "worker").Select(node => node.Process).Order()];

    /// <summary>Waits until there are so many seeds in the background, and gives the first of them.</summary>
    private int Seed(int count)
    {
        using var watcher = new FileSystemWatcher(job.Run.Nodes);
        for (var begin = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(begin) < MeditronProcess.Deadline;)
        {
            var seeds = job.Nodes.Where(node => node is { Role: "seed", Address: not null }).OrderBy(node => node.Started).ToList();
            if (seeds.Count == count)
            {
                return seeds[0].Process;
            }

            watcher.WaitForChanged(WatcherChangeTypes.All, TimeSpan.FromSeconds(1));
        }

        throw new TimeoutException($"there are not {count} seeds but {string.Join(", ", job.Nodes.Select(node => node.Name))}");
    }
}
