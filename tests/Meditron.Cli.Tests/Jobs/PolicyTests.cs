using System.Globalization;
using Meditron.Testing.Processes;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>What jobs of real processes do about workers that are lost or slow, as their configuration says.</summary>
public sealed class PolicyTests : IDisposable
{
    private readonly TestJob job = new();

    [Fact]
    public async Task A_job_that_is_to_stop_with_too_few_workers_saves_what_it_has_in_memory_and_says_so()
    {
        await using var train = job.Train("meditron.parallel.data=2", "meditron.recovery.too-few-workers=stop", "meditron.checkpoint.interval=0");
        await train.WaitFor("^step 5/");
        Kill();
        await train.FailsWith(ExitCodes.TooFewWorkers, "too few workers", "meditron.recovery.too-few-workers = stop");
        Assert.Contains("checkpoint, ", train.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("memory-lost", train.Output, StringComparison.Ordinal);
        job.AssertEveryStepOnce();
        CliProcess.Run("checkpoint", "verify", job.Run.Path).Succeeds();
    }

    [Fact]
    public async Task A_job_that_is_to_wait_for_workers_goes_on_with_as_many_as_before()
    {
        await using var train = job.Train("meditron.parallel.data=2", "meditron.recovery.too-few-workers=wait", "meditron.recovery.wait-timeout=5m");
        await train.WaitFor("^step 5/");
        Kill();
        await train.WaitFor("waiting-for-workers, TP 1 x PP 1 x DP 2 needs 2 workers, and 1 has registered");
        await train.WaitFor("training with 2 workers, generation [2-9]");
        await train.WaitFor("^step [0-9]+/", train.Lines);
        train.Send(Signal.Term);
        Assert.Equal(ExitCodes.Ok, await train.Exited());
        Assert.DoesNotContain("memory-lost", train.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("DP 1", train.Output, StringComparison.Ordinal);
        job.AssertEveryStepOnce();
    }

    [Fact]
    public async Task A_slow_worker_gives_its_rank_to_a_standby_and_is_ended()
    {
        // For as long as it takes: whoever has the rank then is told from the others by it.
        var slow = Enumerable.Range(10, 300).Select(step => string.Create(CultureInfo.InvariantCulture, $"{{ point = before-forward, action = slow, seconds = 0.3, step = {step}, rank = 1 }}"));
        await using var train = job.Train(
            "meditron.parallel.data=2", "meditron.parallel.standbys=1", "meditron.recovery.slow-workers=replace", "meditron.checkpoint.interval=0", $"meditron.chaos.faults=[{string.Join(", ", slow)}]");
        await train.WaitFor("slow-worker, rank 1 of stage 0 computes ");
        await train.WaitFor("draining, .* is replaced after the step under way: TP 1 x PP 1 x DP 2 stays");
        await train.WaitFor("training with 2 workers, generation [2-9]");
        await train.WaitFor("worker-expelled, .* is slow: it computes ");
        train.Send(Signal.Term);
        Assert.Equal(ExitCodes.Ok, await train.Exited());
        Assert.DoesNotContain("memory-lost", train.Output, StringComparison.Ordinal);
        job.AssertEveryStepOnce();
    }

    public void Dispose() => job.Dispose();

    private void Kill() => Signals.Send(job.Nodes.First(node => node.Role == "worker").Process, Signal.Kill);
}
