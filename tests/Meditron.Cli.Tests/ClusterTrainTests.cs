using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Meditron.Testing;
using Meditron.Training.Checkpoints;

namespace Meditron.Cli.Tests;

/// <summary>Training over a cluster of real processes on this machine.</summary>
public sealed partial class ClusterTrainTests : IDisposable
{
    private const int Steps = 12;
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Four_workers_of_which_one_is_killed_end_with_the_bits_of_one_process()
    {
        CliProcess.Run(Arguments("single")).Succeeds();
        var output = KilledRun();
        Assert.Contains("worker-lost", output, StringComparison.Ordinal);
        Assert.Contains("generation-failed", output, StringComparison.Ordinal);
        Assert.Equal(StateHash("single"), StateHash("cluster"));
        CliProcess.Run("checkpoint", "verify", folder.File("cluster")).Succeeds();
        Assert.True(File.Exists(folder.File("cluster", "journal.db")));
    }

    [Fact]
    public void A_layout_that_does_not_divide_the_model_is_refused_before_the_first_step() =>
        CliProcess.Run([.. Arguments("refused"), "-c", "meditron.parallel.pipeline=3"]).FailsWith(3, "2 layers cannot be divided over 3 pipeline stages");

    public void Dispose() => folder.Dispose();

    private string KilledRun()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "meditron.dll"), .. Arguments("cluster"), "--plain", "-c", "meditron.parallel.data=2", "-c", "meditron.parallel.pipeline=2"])
        {
            WorkingDirectory = RepositoryPaths.Root, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var lines = new List<string>();
        int? victim = null;
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) =>
        {
            lock (lines)
            {
                lines.Add(line.Data ?? "");
                if (victim is null && line.Data?.StartsWith($"step 5/{Steps}", StringComparison.Ordinal) == true)
                {
                    victim = int.Parse(WorkerProcess().Match(lines.First(text => text.StartsWith("rank 1:", StringComparison.Ordinal))).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
                    using var worker = Process.GetProcessById(victim.Value);
                    worker.Kill();
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
            Assert.NotNull(victim);
            return text;
        }
    }

    private string[] Arguments(string name) =>
    [
        "train", "--name", name, "--config", Path.Combine(RepositoryPaths.Root, "tests", "Meditron.Cli.Tests", "test.conf"),
        "-c", $"meditron.run.folder={folder.Path}", "-c", $"meditron.data.cache={folder.File("data")}", "-c", $"meditron.training.steps={Steps}",
        "-c", "meditron.training.global-batch=8", "-c", "meditron.checkpoint.interval=3", "-c", "meditron.training.eval-interval=4",
        .. (string[])(name == "single" ? ["--no-peak"] : []),
    ];

    /// <summary>The weights and moments of the newest checkpoint, whatever layout wrote it.</summary>
    private string StateHash(string name)
    {
        var reader = CheckpointReader.Open(new CheckpointStore(folder.File(name, "checkpoints")).List()[^1]);
        Assert.Equal(Steps, reader.Manifest.Step);
        using var source = reader.OpenSource();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in reader.Manifest.Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            using var values = Torch.torch.zeros(tensor.Shape.Aggregate(1L, (product, size) => product * size));
            source.Read(tensor.Name, 0, values);
            hash.AppendData(values.bytes(0, (int)values.nbytes));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    [GeneratedRegex("process ([0-9]+) on")]
    private static partial Regex WorkerProcess();
}
