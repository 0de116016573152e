using System.Text.RegularExpressions;
using Meditron.Testing.Processes;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A job of real processes is looked into, told what to do, and ended.</summary>
public sealed class JobCommandTests : IDisposable
{
    private readonly TestJob job = new();

    [Fact]
    public async Task A_job_is_looked_into_paused_resumed_saved_and_stopped_through_any_of_its_nodes()
    {
        await using var train = job.Train("meditron.parallel.data=2");
        await train.WaitFor("^step 3/");
        var worker = job.CommandsOf("worker");
        var status = Cmd(worker, "status");
        Assert.Contains("run         job\n", status, StringComparison.Ordinal);
        Assert.Contains("phase       Training: generation 1 of TP 1 x PP 1 x DP 2\n", status, StringComparison.Ordinal);
        Assert.Contains("workers     2 training, 0 waiting\n", status, StringComparison.Ordinal);
        Assert.Matches("rank 1 \\| stage 0, data 1, tensor 0 \\| .*/[0-9]+, cpu, 1 thread \\| training \\| step [0-9]+ \\|.*\nCount: 2 workers\n", Cmd(worker, "workers"));
        Assert.Contains("stage 0 | layers 0 to 1, embedding, output | rank 1 | step ", Cmd(worker, "stages"), StringComparison.Ordinal);
        Assert.Equal("TP 1 x PP 1 x DP 2, 2 ranks, generation 1\nstage 0 | layers 0 to 1, embedding, output | ranks 0, 1\ndata groups | 0, 1\n", Cmd(job.CommandsOf("train"), "layout"));
        Assert.Equal(status.Split('\n')[0], CliProcess.Run("status", "--run", job.Run.Path).Succeeds().Output.Split('\n')[0]);

        Assert.Equal("pausing after the step under way\n", Cmd(worker, "pause"));
        var paused = await train.WaitFor("^step ([0-9]+): paused");
        CliProcess.Run("cmd", worker, "train", "pause").FailsWith(ExitCodes.CommandFailed, $"The job did not do so: the job is not training: Paused, paused after step {paused}.");
        Assert.Contains($"phase       Paused: paused after step {paused}\n", Cmd(worker, "status"), StringComparison.Ordinal);
        Assert.Equal($"going on after step {paused}\n", Cmd(worker, "resume"));
        await train.WaitFor("resumed, all ranks go on");
        Cmd(worker, "checkpoint");
        await train.WaitFor("^step [0-9]+: checkpoint, .*step-");
        Assert.Matches("step [0-9]+ \\| [0-9.]+ MB \\| .*\\| generation 1 \\| .*step-[0-9]+\n", Cmd(worker, "checkpoints"));

        // A running job's checkpoint is a Hugging Face folder for whoever asks; one that goes on deletes old ones.
        Cmd(worker, "pause");
        await train.WaitFor($"^step ([0-9]*[^{paused[^1]}]|[0-9]*[1-9][0-9]*{paused[^1]}): paused");
        CliProcess.Run("checkpoint", "export", job.Run.Path, "--output", job.File("hf")).Succeeds();
        Assert.True(File.Exists(job.File("hf", "config.json")) && File.Exists(job.File("hf", "model.safetensors")));

        Cmd(worker, "resume");

        var one = Regex.Match(Cmd(worker, "workers"), "rank 1 .* \\| ([^|]+/[0-9]+), cpu").Groups[1].Value;
        CliProcess.Run("drain", "--run", job.Run.Path, "--host", "nosuch").FailsWith(ExitCodes.CommandFailed, "no worker is, or runs on, nosuch; there are ");
        Assert.Contains("gives its ranks to others", CliProcess.Run("drain", "--run", job.Run.Path, "--worker", one).Succeeds().Output, StringComparison.Ordinal);
        await train.WaitFor("training with 1 workers, generation 2");
        Assert.Matches($"waiting \\| \\| {one}, cpu, 1 thread \\| drained", Cmd(worker, "workers"));
        CliProcess.Run("drain", "--run", job.Run.Path, "--worker", one, "--undo").Succeeds();
        await train.WaitFor("training with 2 workers, generation 3");

        var nodes = job.Nodes;
        Assert.Matches("stopping after the step under way, with a checkpoint\nThe job has ended; its newest checkpoint is .*step-[0-9]+\\.\n", CliProcess.Run("stop", "--run", job.Run.Path).Succeeds().Output);
        Assert.Equal(ExitCodes.Ok, await train.Exited());
        TestJob.WaitForEnd(nodes);
        Assert.Empty(job.Nodes);
        Assert.Contains("state       not running\n", CliProcess.Run("status", "--run", job.Run.Path).Succeeds().Output, StringComparison.Ordinal);
        CliProcess.Run("stop", "--run", job.Run.Path).FailsWith(ExitCodes.Unreachable, "is not running");
    }

    [Fact]
    public async Task A_run_in_one_process_is_told_from_its_files_and_stopped_with_a_checkpoint()
    {
        await using var train = job.Train();
        await train.WaitFor("^step 3/");
        Assert.Contains($"state       running in one process, train {Environment.MachineName}/{train.Id}\n", CliProcess.Run("status", "--run", job.Run.Path).Succeeds().Output, StringComparison.Ordinal);
        Assert.Matches("The job has ended; its newest checkpoint is .*step-[0-9]+\\.\n", CliProcess.Run("stop", "--run", job.Run.Path).Succeeds().Output);
        Assert.Equal(ExitCodes.Ok, await train.Exited());
    }

    [Fact]
    public void A_run_that_is_not_there_is_refused_with_the_places_that_were_looked_in() =>
        CliProcess.Run("status", "--run", "nosuch").FailsWith(ExitCodes.Configuration, "There is no run nosuch: neither config.conf nor nodes/ is in nosuch or runs/nosuch.");

    public void Dispose() => job.Dispose();

    private static string Cmd(string node, string command) => CliProcess.Run("cmd", node, "train", command).Succeeds().Output;
}
