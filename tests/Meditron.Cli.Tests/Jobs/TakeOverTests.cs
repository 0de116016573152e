using System.Text.Json;
using Meditron.Testing.Processes;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A job of real processes whose leading one is killed while another seed lives.</summary>
public sealed class TakeOverTests : IDisposable
{
    private readonly TestJob job = new();

    [Fact]
    public async Task A_job_whose_leading_process_is_killed_goes_on_under_the_other_seed_in_the_same_generation()
    {
        await using var first = Node("seed", null);
        var address = await AddressOf(first);
        await using var second = Node("seed", address);
        await AddressOf(second);
        await using var one = Node("worker", address);
        await using var other = Node("worker", address);
        await first.WaitFor("^step 5/");

        first.Send(Signal.Kill);
        await first.Exited();
        var step = int.Parse(await second.WaitFor("^step ([0-9]+): taken-over"), System.Globalization.CultureInfo.InvariantCulture);
        await second.WaitFor($"^step ({step + 5}|{step + 6}|{step + 7}|{step + 8})/");

        var status = CliProcess.Run("status", "--run", job.Run.Path).Succeeds().Output;
        Assert.Contains($"phase       Training: generation 1, taken over at step {step}\n", status, StringComparison.Ordinal);
        Assert.DoesNotContain("generation-failed", File.ReadAllText(job.Run.Events), StringComparison.Ordinal);
        var nodes = job.Nodes;
        CliProcess.Run("stop", "--run", job.Run.Path).Succeeds();
        Assert.Equal(ExitCodes.Ok, await second.Exited());
        TestJob.WaitForEnd(nodes);
        var steps = File.ReadLines(job.Run.Metrics).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()).ToList();
        Assert.Equal(steps.Distinct().Order(), steps);
    }

    [Fact]
    public async Task A_leading_process_that_is_stopped_is_followed_by_the_other_seed_and_ended()
    {
        await using var first = Node("seed", null);
        var address = await AddressOf(first);
        await using var second = Node("seed", address);
        await AddressOf(second);
        await using var one = Node("worker", address);
        await using var other = Node("worker", address);
        await first.WaitFor("^step 5/");

        first.Send(Signal.Stop);
        var step = int.Parse(await second.WaitFor("^step ([0-9]+): taken-over"), System.Globalization.CultureInfo.InvariantCulture);
        await second.WaitFor($"^step ({string.Join('|', Enumerable.Range(step + 5, 100))})/");
        Assert.DoesNotContain("generation-failed", File.ReadAllText(job.Run.Events), StringComparison.Ordinal);

        // It would write on where it was, could it go on.
        await first.Exited();
        await second.WaitFor("^step [0-9]+/", second.Lines);
        var nodes = job.Nodes;
        CliProcess.Run("stop", "--run", job.Run.Path).Succeeds();
        Assert.Equal(ExitCodes.Ok, await second.Exited());
        TestJob.WaitForEnd(nodes);
        var steps = File.ReadLines(job.Run.Metrics).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()).ToList();
        Assert.Equal(steps.Distinct().Order(), steps);
    }

    [Fact]
    public async Task Workers_whose_coordinator_was_killed_end_themselves_and_the_files_tell_what_became_of_the_job()
    {
        await using var seed = Node("seed", null);
        var address = await AddressOf(seed);
        await using var one = Node("worker", address, "meditron.parallel.coordinator-timeout=12s");
        await using var other = Node("worker", address, "meditron.parallel.coordinator-timeout=12s");
        await seed.WaitFor("^step [0-9]+: checkpoint, .*step-");

        seed.Send(Signal.Kill);
        await seed.Exited();
        await one.FailsWith(ExitCodes.Cluster, "no coordinator of the job has answered for 00:00:12 (meditron.parallel.coordinator-timeout), so this worker ends.");
        await other.FailsWith(ExitCodes.Cluster, "(meditron.parallel.coordinator-timeout)");

        Assert.Empty(job.Nodes);
        var status = CliProcess.Run("status", "--run", job.Run.Path).Succeeds().Output;
        Assert.Contains("state       not running\n", status, StringComparison.Ordinal);
        Assert.Matches("step        [0-9,]+ of 1,000,000\n", status);
        Assert.Matches("checkpoint  step [0-9,]+, .*/checkpoints/step-[0-9]+\n", status);
    }

    [Fact]
    public async Task A_launcher_that_is_killed_is_started_again_by_its_workers_and_keeps_them_running()
    {
        await using var seed = Node("seed", null);
        var address = await AddressOf(seed);
        await using var launcher = Node("launcher", address, "meditron.node.workers=2", "meditron.device=cpu");
        await seed.WaitFor("^step 5/");
        var workers = job.Nodes.Where(node => node.Role == "worker").ToList();
        Assert.Equal(2, workers.Count);

        launcher.Send(Signal.Kill);
        await launcher.Exited();
        Signals.Send(workers[0].Process, Signal.Kill);
        await seed.WaitFor("training with 2 workers, generation [2-9]");

        var nodes = job.Nodes;
        var another = Assert.Single(nodes, node => node.Role == "launcher");
        Assert.NotEqual(launcher.Id, another.Process);
        Assert.Equal(1, nodes.Count(node => node.Process == workers[1].Process));
        Assert.Equal(2, nodes.Count(node => node.Role == "worker"));
        CliProcess.Run("stop", "--run", job.Run.Path).Succeeds();
        Assert.Equal(ExitCodes.Ok, await seed.Exited());
        TestJob.WaitForEnd(nodes);
    }

    public void Dispose() => job.Dispose();

    /// <summary>Starts a node of the job; one that is given no seed forms the cluster.</summary>
    private MeditronProcess Node(string role, string? seed, params string[] further)
    {
        string[] settings =
        [
            "meditron.parallel.data=2", "meditron.cmd.port=0", "akka.remote.dot-netty.tcp.hostname=127.0.0.1", "akka.remote.dot-netty.tcp.port=0",
            .. further, .. (string[])(seed is null ? [] : [$"akka.cluster.seed-nodes=[\"{seed}\"]"]),
        ];
        return MeditronProcess.Start(["node", "--role", role, .. job.Options(settings)]);
    }

    /// <summary>Waits until a seed leads or may lead, and gives its address.</summary>
    private async Task<string> AddressOf(MeditronProcess seed)
    {
        await seed.WaitFor("waiting for 2 workers to join");
        return job.Nodes.First(node => node.Process == seed.Id).Address!;
    }
}
