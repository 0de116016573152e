using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Meditron.Cli.Jobs;
using Meditron.Testing;
using Meditron.Training.Runs;

namespace Meditron.Cli.Tests.Jobs;

/// <summary>A run of a tiny model in a folder that is gone after the test, with all its processes.</summary>
internal sealed class TestJob : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>The run's folder.</summary>
    public RunFolder Run => new(folder.File("runs", "job"));

    /// <summary>The processes that live.</summary>
    public IReadOnlyList<JobNode> Nodes => new JobNodes(Run).List();

    /// <summary>A path in the test's folder.</summary>
    public string File(params string[] parts) => folder.File(parts);

    /// <summary>The options that describe the job, and further settings.</summary>
    public string[] Options(params string[] settings) =>
    [
        "--config", Path.Combine(RepositoryPaths.Root, "tests", "Meditron.Cli.Tests", "test.conf"),
        .. ((string[])
        [
            $"meditron.run.folder={folder.File("runs")}", "meditron.run.name=job", $"meditron.data.inputs=[\"{Path.Combine(RepositoryPaths.Root, "data", "sample", "*.jsonl")}\"]", $"meditron.data.cache={folder.File("data")}", "meditron.training.steps=1000000",
            "meditron.training.global-batch=8", "meditron.checkpoint.interval=20", "meditron.training.eval-interval=0", "meditron.threads=1", .. settings,
        ]).SelectMany(setting => new[] { "-c", setting }),
    ];

    /// <summary>Starts the job on this machine.</summary>
    public MeditronProcess Train(params string[] settings) => MeditronProcess.Start(["train", "--plain", "--no-peak", .. Options(settings)]);

    /// <summary>Where a process of a role serves its commands.</summary>
    public string CommandsOf(string role) => Nodes.First(node => node.Role == role).Commands!;

    /// <summary>The steps of the metrics are all that were taken, each once, in order.</summary>
    public void AssertEveryStepOnce()
    {
        var steps = System.IO.File.ReadLines(Run.Metrics).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt32()).ToList();
        Assert.NotEmpty(steps);
        Assert.Equal(Enumerable.Range(1, steps.Count), steps);
    }

    /// <summary>Waits until none of the processes lives any more.</summary>
    public static void WaitForEnd(IEnumerable<JobNode> nodes)
    {
        foreach (var node in nodes)
        {
            try
            {
                using var process = Process.GetProcessById(node.Process);
                Assert.True(process.WaitForExit(MeditronProcess.Deadline), string.Create(CultureInfo.InvariantCulture, $"{node.Name} has not ended"));
            }
            catch (ArgumentException)
            {
                // It has ended.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndProcesses();
        folder.Dispose();
    }

    /// <summary>Ends what a failed test has left: this test's processes alone, by their ids, which say nothing of processes on other machines.</summary>
    public void EndProcesses()
    {
        var left = Nodes.Where(node => node.IsAlive == true).ToList();
        foreach (var node in left)
        {
            Testing.Processes.Signals.TrySend(node.Process, Testing.Processes.Signal.Kill);
        }

        WaitForEnd(left);
    }
}
