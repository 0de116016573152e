using System.Diagnostics;
using System.Text.RegularExpressions;
using Meditron.Testing;

namespace Meditron.Cli.Tests;

/// <summary>Training over a cluster of real processes on this machine.</summary>
public sealed partial class ClusterTrainTests : IDisposable
{
    private const int Steps = 12;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(8);
    private readonly ComparedRuns runs = new(Steps);

    [Fact]
    public void Four_workers_of_which_one_is_killed_go_on_from_memory_with_fewer_and_end_with_the_bits_of_one_process()
    {
        CliProcess.Run(runs.Arguments("single")).Succeeds();
        var output = Faulted("cluster", "point = before-norm, action = kill, step = 6, rank = 1", "meditron.parallel.data=2", "meditron.parallel.pipeline=2", "meditron.recovery.restart-min-backoff=30s");
        Assert.Contains("worker-lost", output, StringComparison.Ordinal);
        Assert.Contains("TP 1 x PP 2 x DP 1", output, StringComparison.Ordinal);
        Assert.Contains("is in memory, all 4 shards of TP 1 x PP 2 x DP 2", output, StringComparison.Ordinal);
        Assert.Equal(runs.StateHash("single"), runs.StateHash("cluster"));
        runs.AssertEveryStepOnce("cluster");
        CliProcess.Run("checkpoint", "verify", runs.File("cluster")).Succeeds();
        Assert.True(File.Exists(runs.File("cluster", "journal.db")));
    }

    [Fact]
    public void A_killed_worker_of_two_with_a_standby_costs_no_step_and_no_bit()
    {
        CliProcess.Run(runs.Arguments("single")).Succeeds();
        var output = Faulted("standby", "point = after-norm, action = kill, step = 6, rank = 1", "meditron.parallel.data=2", "meditron.parallel.standbys=1");
        Assert.Contains("is in memory, all 2 shards", output, StringComparison.Ordinal);
        Assert.DoesNotContain("durable checkpoint", output, StringComparison.Ordinal);
        Assert.Equal(runs.StateHash("single"), runs.StateHash("standby"));
        runs.AssertEveryStepOnce("standby");
    }

    [Fact]
    public void A_worker_that_is_stopped_is_expelled_and_ended_and_no_bit_changes()
    {
        CliProcess.Run(runs.Arguments("single")).Succeeds();
        // The cluster, whose heartbeats stop as well, is to come to no decision of its own before.
        var output = Faulted(
            "silent", "point = before-norm, action = stop, step = 6, rank = 1", "meditron.parallel.data=2", "meditron.parallel.standbys=1", "meditron.recovery.silence-timeout=5s",
            "akka.cluster.failure-detector.acceptable-heartbeat-pause=2m");
        var stopped = WorkerProcess().Match(output[output.IndexOf("rank 1:", StringComparison.Ordinal)..]).Groups[1].Value;
        Assert.Contains("has given no sign of life", output, StringComparison.Ordinal);
        Assert.Contains("is in memory, all 2 shards", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists($"/proc/{stopped}"), $"the stopped process {stopped} is still there");
        Assert.Equal(runs.StateHash("single"), runs.StateHash("silent"));
        runs.AssertEveryStepOnce("silent");
    }

    [Fact]
    public void A_device_that_hangs_while_its_process_lives_is_told_from_those_that_wait_for_it_and_replaced()
    {
        CliProcess.Run(runs.Arguments("single")).Succeeds();
        var output = CliProcess.Run(
            [
                .. runs.Arguments("hung"), "--plain", "-c", "meditron.parallel.data=2", "-c", "meditron.parallel.standbys=1", "-c", "meditron.recovery.progress-timeout=2s", "-c", "meditron.recovery.restart-min-backoff=0s",
                "-c", "meditron.chaos.faults=[{ point = before-forward, action = hang, step = 3, rank = 0 }, { point = mid-update, action = hang, step = 6, rank = 1 }, { point = after-step, action = hang, step = 9, rank = 0 }]",
            ]).Succeeds().Output;
        var blamed = output.Split('\n').Where(line => line.Contains("generation-failed", StringComparison.Ordinal) && line.Contains("without getting anything done", StringComparison.Ordinal)).ToList();
        Assert.Contains(blamed, line => line.Contains("step 2: generation-failed, rank 0", StringComparison.Ordinal));

        // Where no other worker was there in time for rank 1, the second fault did not happen.
        Assert.True(blamed.Count >= 2, output);
        Assert.Contains("is in memory, all 2 shards", output, StringComparison.Ordinal);
        Assert.Equal(runs.StateHash("single"), runs.StateHash("hung"));
        runs.AssertEveryStepOnce("hung");
    }

    [Fact]
    public void A_worker_that_is_told_to_end_is_replaced_without_a_step_redone_and_a_job_of_which_all_are_stops_with_a_checkpoint()
    {
        // Slow steps, so that notices come before the job's end.
        string[] faults =
        [
            "point = before-forward, action = terminate, step = 3, rank = 1", "point = after-backward, action = slow, step = 3, seconds = 8",
            "point = before-forward, action = terminate, step = 7, rank = 0", "point = before-forward, action = terminate, step = 7, rank = 1", "point = after-backward, action = slow, step = 7, seconds = 4",
        ];
        CliProcess.Run(runs.Arguments("single")).Succeeds();
        var output = CliProcess.Run(
            [
                .. runs.Arguments("drained"), "--plain", "-c", "meditron.parallel.data=2", "-c", "meditron.parallel.standbys=1", "-c", "meditron.recovery.drain-timeout=2m",
                "-c", $"meditron.chaos.faults=[{string.Join(", ", faults.Select(fault => $"{{ {fault} }}"))}]",
            ]).Succeeds().Output;
        Assert.Contains("draining", output, StringComparison.Ordinal);
        Assert.DoesNotContain("generation-failed", output, StringComparison.Ordinal);
        Assert.DoesNotContain("worker-lost", output, StringComparison.Ordinal);
        Assert.DoesNotContain("memory-lost", output, StringComparison.Ordinal);
        if (!output.Contains("all steps taken", StringComparison.Ordinal))
        {
            Assert.Contains("preempted", output, StringComparison.Ordinal);
            CliProcess.Run([.. runs.Arguments("drained"), "--plain", "-c", "meditron.parallel.data=2", "-c", "meditron.parallel.standbys=1"]).Succeeds();
        }

        Assert.Equal(runs.StateHash("single"), runs.StateHash("drained"));
        runs.AssertEveryStepOnce("drained");
    }

    [Fact]
    public void A_loss_spike_is_rolled_back_in_every_layout_and_history_of_failures_to_the_same_bits()
    {
        string[] policy =
        [
            .. ((string[])
            [
                "training.learning-rate=0.1", "training.min-learning-rate=0.05", "recovery.loss-spike.action=rollback", "recovery.loss-spike.window=2", "recovery.loss-spike.warm-up=8",
                "recovery.loss-spike.deviations=0", "recovery.loss-spike.factor=1.001", "recovery.loss-spike.rollback-steps=2",
            ]).SelectMany(setting => new[] { "-c", $"meditron.{setting}" }),
        ];
        var single = CliProcess.Run([.. runs.Arguments("single"), "--plain", .. policy]).Succeeds().Output;
        Assert.Contains("rollback, in step", single, StringComparison.Ordinal);
        var output = CliProcess.Run(
            [
                .. runs.Arguments("spiky"), "--plain", .. policy, "-c", "meditron.parallel.data=2", "-c", "meditron.parallel.standbys=1",
                "-c", "meditron.chaos.faults=[{ point = after-norm, action = kill, step = 10, rank = 1 }, { point = before-forward, action = kill, step = 12 }]",
            ]).Succeeds().Output;
        Assert.Contains("rollback, in step", output, StringComparison.Ordinal);
        Assert.Equal(runs.StateHash("single"), runs.StateHash("spiky"));
        var (expected, actual) = (runs.Metrics("single"), runs.Metrics("spiky"));
        Assert.True(expected.Count < Steps, "nothing was rolled back");
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Faults_at_every_point_of_a_step_of_a_checkpoint_and_of_a_recovery_change_no_bit()
    {
        string[] faults =
        [
            "point = before-forward, action = kill, step = 2, rank = 1",
            "point = mid-recovery, action = kill, step = 1, rank = 0",
            "point = after-backward, action = exit, code = 7, step = 3",
            "point = before-norm, action = throw, step = 4",
            "point = after-norm, action = kill, step = 5",
            "point = mid-update, action = kill, step = 6",
            "point = mid-all-gather, action = kill, step = 7",
            "point = mid-checkpoint, action = kill, step = 9",
            "point = before-forward, action = corrupt, step = 10",
            "point = after-step, action = kill, step = 11",
        ];
        CliProcess.Run(runs.Arguments("single")).Succeeds();
        var run = CliProcess.Run(
            [
                .. runs.Arguments("faults"), "--plain", "-c", "meditron.parallel.data=2", "-c", "meditron.parallel.standbys=1", "-c", "meditron.recovery.restart-min-backoff=0s",
                "-c", $"meditron.chaos.faults=[{string.Join(", ", faults.Select(fault => $"{{ {fault} }}"))}]",
            ]).Succeeds();
        var events = File.ReadAllText(runs.File("faults", "events.jsonl"));
        Assert.DoesNotContain("memory-lost", events, StringComparison.Ordinal);
        Assert.Equal(runs.StateHash("single"), runs.StateHash("faults"));
        runs.AssertEveryStepOnce("faults");
        Assert.True(faults.Length - 1 <= Directory.GetFiles(runs.File("faults", "chaos")).Length, $"too few faults happened:\n{events}\n{run.Output}");
    }

    [Fact]
    public void Wrong_bits_in_weights_in_state_and_in_what_a_rank_computes_are_found_and_change_no_bit()
    {
        // Of rank 0, which there is however many workers there are at the time.
        string[] faults =
        [
            "point = before-forward, action = miscompute, step = 2, rank = 1",
            "point = before-norm, action = flip-weight, step = 6, rank = 0",
            "point = after-norm, action = flip-state, step = 7, rank = 0",
            "point = after-step, action = ruin-state, step = 8, rank = 0",
        ];
        CliProcess.Run(runs.Arguments("single")).Succeeds();
        var run = CliProcess.Run(
            [
                .. runs.Arguments("wrong"), "--plain", "-c", "meditron.parallel.data=2", "-c", "meditron.parallel.standbys=1", "-c", "meditron.recovery.restart-min-backoff=0s",
                "-c", "meditron.recovery.integrity.hash-interval=1", "-c", "meditron.recovery.integrity.verify-interval=1",
                "-c", $"meditron.chaos.faults=[{string.Join(", ", faults.Select(fault => $"{{ {fault} }}"))}]",
            ]).Succeeds();
        var events = File.ReadAllText(runs.File("wrong", "events.jsonl"));
        Assert.Matches("miscomputed.*Rank 1 computed other bits than its replica in the backward pass of micro-batch 0", events);
        Assert.Matches("worker-expelled.*computed other bits than it must", events);
        Assert.Matches("replica-damaged.*Rank 0 holds other weights than its replicas", events);
        Assert.Matches("state-mended.*had changed and was put right", events);
        Assert.Matches("state-damaged.*The memory of rank 0 is damaged: in the state of step 8, block 0 ", events);
        Assert.DoesNotContain("memory-lost", events, StringComparison.Ordinal);
        Assert.Equal(runs.StateHash("single"), runs.StateHash("wrong"));
        runs.AssertEveryStepOnce("wrong");
        Assert.Equal(faults.Length, Directory.GetFiles(runs.File("wrong", "chaos")).Length);
        Assert.True(run.Output.Contains("miscomputed", StringComparison.Ordinal), run.Output);
    }

    [Fact]
    public void Chaos_kills_a_worker_of_a_running_job_which_goes_on()
    {
        CliProcess.Run(runs.Arguments("single")).Succeeds();

        // A slow step, so that the job is there when the command is.
        var output = Disturbed(
            "disturbed",
            () => Assert.Contains("kill worker", CliProcess.Run("chaos", "--run", runs.File("disturbed"), "--every", "0").Succeeds().Output, StringComparison.Ordinal),
            "-c", "meditron.parallel.data=2", "-c", "meditron.recovery.rest-timeout=2s", "-c", "meditron.chaos.faults=[{ point = before-forward, action = slow, seconds = 120, step = 6 }]");
        Assert.Contains("is in memory, all 2 shards", output, StringComparison.Ordinal);
        Assert.Equal(runs.StateHash("single"), runs.StateHash("disturbed"));
        runs.AssertEveryStepOnce("disturbed");
        CliProcess.Run("chaos", "--run", runs.File("disturbed")).FailsWith(10, "is not running");
    }

    [Fact]
    public void The_only_worker_of_a_job_leaves_its_state_in_its_machine_s_memory()
    {
        CliProcess.Run(runs.Arguments("single")).Succeeds();
        var output = Faulted("alone", "point = before-forward, action = kill, step = 6", "meditron.parallel.standbys=1");
        Assert.Contains("is in memory, all 1 shards", output, StringComparison.Ordinal);
        Assert.Equal(runs.StateHash("single"), runs.StateHash("alone"));
        runs.AssertEveryStepOnce("alone");
    }

    [Fact]
    public void A_layout_that_does_not_divide_the_model_is_refused_before_the_first_step() =>
        CliProcess.Run([.. runs.Arguments("refused"), "-c", "meditron.parallel.pipeline=3"]).FailsWith(3, "2 layers cannot be divided over 3 pipeline stages");

    public void Dispose() => runs.Dispose();

    /// <summary>A run in which a fault happens.</summary>
    private string Faulted(string name, string fault, params string[] settings) =>
        CliProcess.Run([.. runs.Arguments(name), "--plain", "-c", $"meditron.chaos.faults=[{{ {fault} }}]", .. settings.SelectMany(setting => new[] { "-c", setting })]).Succeeds().Output;

    /// <summary>A run during which something is done after step 5.</summary>
    private string Disturbed(string name, Action disturb, params string[] layout)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "meditron.dll"), .. runs.Arguments(name), "--plain", .. layout])
        {
            WorkingDirectory = RepositoryPaths.Root, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var lines = new List<string>();
        var done = false;
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) =>
        {
            lock (lines)
            {
                lines.Add(line.Data ?? "");
                if (!done && line.Data?.StartsWith($"step 5/{Steps}", StringComparison.Ordinal) == true)
                {
                    done = true;
                    disturb();
                }
            }
        };
        process.Start();
        process.BeginOutputReadLine();
        var error = process.StandardError.ReadToEndAsync();
        var ended = process.WaitForExit(Deadline);
        if (!ended)
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        lock (lines)
        {
            var text = string.Join('\n', lines);
            Assert.True(ended && process.ExitCode == 0, $"the run did not end well; output:\n{text}\n{error.Result}");
            Assert.True(done);
            return text;
        }
    }

    [GeneratedRegex("process ([0-9]+) on")]
    private static partial Regex WorkerProcess();
}
