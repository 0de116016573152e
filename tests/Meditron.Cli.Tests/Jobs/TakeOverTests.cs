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
        var steps = File.ReadLines(job.Run.Metrics).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()).ToList();
        Assert.Equal(steps.Distinct().Order(), steps);
        var nodes = job.Nodes;
        CliProcess.Run("stop", "--run", job.Run.Path).Succeeds();
        Assert.Equal(ExitCodes.Ok, await second.Exited());
        TestJob.WaitForEnd(nodes);
    }

    public void Dispose() => job.Dispose();

    /// <summary>Starts a node of the job; one that is given no seed forms the cluster.</summary>
    private MeditronProcess Node(string role, string? seed)
    {
        string[] settings =
        [
            "meditron.parallel.data=2", "meditron.cmd.port=0", "akka.remote.dot-netty.tcp.hostname=127.0.0.1", "akka.remote.dot-netty.tcp.port=0",
            .. (string[])(seed is null ? [] : [$"akka.cluster.seed-nodes=[\"{seed}\"]"]),
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
