using System.Diagnostics;
using Meditron.Testing;
using Meditron.Training.Checkpoints;

namespace Meditron.Cli.Tests;

/// <summary>What a SIGKILL in the middle of a save leaves behind, with real processes.</summary>
public sealed class KillTests : IDisposable
{
    private const int Steps = 12;
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void A_run_killed_in_the_middle_of_saves_ends_with_the_bits_of_one_never_interrupted()
    {
        CliProcess.Run(Arguments("whole")).Succeeds();
        var killedInSave = 0;
        while (killedInSave < 2 && KilledInSave() is { } inSave)
        {
            killedInSave += inSave ? 1 : 0;
        }

        Assert.True(killedInSave > 0, "no kill came in the middle of a save, so this run proved nothing");
        var resumed = CliProcess.Run(Arguments("killed")).Succeeds().Output;
        Assert.Contains("resume", resumed, StringComparison.Ordinal);
        Assert.Equal(StateHash("whole"), StateHash("killed"));
        Assert.Empty(Directory.GetDirectories(folder.File("killed", "checkpoints"), "*.partial"));
        CliProcess.Run("checkpoint", "verify", folder.File("killed")).Succeeds();
    }

    public void Dispose() => folder.Dispose();

    /// <summary>Starts or resumes the run and kills it as soon as a save begins that is not its first; true where the kill came before the save's rename, null where no save was left.</summary>
    private bool? KilledInSave()
    {
        var checkpoints = Directory.CreateDirectory(folder.File("killed", "checkpoints")).FullName;
        var before = new CheckpointStore(checkpoints).List().Count;
        using var saving = new ManualResetEventSlim();
        using var watcher = new FileSystemWatcher(checkpoints, "*.partial");
        watcher.Created += (_, _) =>
        {
            if (before > 0 || new CheckpointStore(checkpoints).List().Count > 0)
            {
                saving.Set();
            }
        };
        watcher.EnableRaisingEvents = true;
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "meditron.dll"), .. Arguments("killed")])
        {
            WorkingDirectory = RepositoryPaths.Root, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.Exited += (_, _) => saving.Set();
        process.Start();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var news = saving.Wait(TimeSpan.FromMinutes(5));
        process.Kill();
        process.WaitForExit();
        Assert.True(news, $"no save began; output:\n{output.Result}\n{error.Result}");
        if (process.ExitCode == ExitCodes.Ok)
        {
            return null;
        }

        Assert.True(process.ExitCode == 128 + 9, $"exit code {process.ExitCode}; output:\n{output.Result}\n{error.Result}");
        return Directory.GetDirectories(checkpoints, "*.partial").Length > 0;
    }

    // Wide enough that a save takes longer than the news of its beginning.
    private string[] Arguments(string name) =>
    [
        "train", "--no-peak", "--name", name, "--config", Path.Combine(RepositoryPaths.Root, "tests", "Meditron.Cli.Tests", "test.conf"),
        "-c", $"meditron.run.folder={folder.Path}", "-c", $"meditron.data.cache={folder.File("data")}", "-c", $"meditron.training.steps={Steps}",
        "-c", "meditron.checkpoint.interval=1", "-c", "meditron.checkpoint.keep-last=2", "-c", "meditron.training.eval-interval=0",
        "-c", "meditron.model.hidden-size=256", "-c", "meditron.model.ffn-size=1024", "-c", "meditron.model.layers=6",
    ];

    private string StateHash(string name)
    {
        var newest = CheckpointReader.Open(new CheckpointStore(folder.File(name, "checkpoints")).List()[^1]);
        Assert.Equal(Steps, newest.Manifest.Step);
        return string.Join(',', newest.Manifest.Files.SelectMany(file => file.Checksums));
    }
}
