using System.Diagnostics;
using Meditron.Testing.Processes;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A job whose folder is on a small file system of its own that fills up.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly TestJob job = new();
    private bool isMounted;

    [MountFact]
    public async Task A_full_disk_stops_no_step_and_what_could_not_be_written_is_written_once_there_is_room()
    {
        Directory.CreateDirectory(job.Run.Path);
        Call("mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", job.Run.Path);
        isMounted = true;

        // No checkpoint is deleted, which would make room.
        await using var train = job.Train("meditron.parallel.data=2", "meditron.checkpoint.interval=100", "meditron.checkpoint.keep-last=0");
        await train.WaitFor(": checkpoint, ");
        await using var chaos = MeditronProcess.Start("chaos", "--run", job.Run.Path, "--fault", "fill-disk", "--bytes", "1000000000", "--seconds", "3600", "--every", "0");
        var step = int.Parse(await train.WaitFor("^step ([0-9]+): checkpoint-failed, "), System.Globalization.CultureInfo.InvariantCulture);
        await train.WaitFor($"^step ({string.Join('|', Enumerable.Range(step + 20, 100))})/");
        Assert.DoesNotContain("generation-failed", train.Output, StringComparison.Ordinal);

        chaos.Send(Signal.Term);
        await chaos.Exited();
        await train.WaitFor("^step [0-9]+: checkpoint, ", train.Lines);
        train.Send(Signal.Term);
        Assert.Equal(ExitCodes.Ok, await train.Exited());
        job.AssertEveryStepOnce();
        CliProcess.Run("checkpoint", "verify", job.Run.Path).Succeeds();
    }

    public void Dispose()
    {
        job.EndProcesses();
        if (isMounted)
        {
            Call("umount", "--lazy", job.Run.Path);
        }

        job.Dispose();
    }

    private static void Call(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error}");
    }
}
