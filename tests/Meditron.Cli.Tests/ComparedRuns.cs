using System.Globalization;
using System.Text.RegularExpressions;
using Meditron.Testing;
using Meditron.Training.Checkpoints;

namespace Meditron.Cli.Tests;

/// <summary>Runs of one tiny model, some of which are disturbed, that must come to the same bits; in a folder that is gone afterwards.</summary>
internal sealed partial class ComparedRuns(int steps, int checkpointInterval = 3, int evalInterval = 4) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>A path in a run's folder.</summary>
    public string File(string run, params string[] parts) => folder.File([run, .. parts]);

    /// <summary>The command line of a run.</summary>
    public string[] Arguments(string run, params string[] settings) =>
    [
        "train", "--name", run, "--config", Path.Combine(RepositoryPaths.Root, "tests", "Meditron.Cli.Tests", "test.conf"),
        .. ((string[])
        [
            $"meditron.run.folder={folder.Path}", $"meditron.data.cache={folder.File("data")}", Setting("training.steps", steps), "meditron.training.global-batch=8",
            Setting("checkpoint.interval", checkpointInterval), Setting("training.eval-interval", evalInterval), .. settings,
        ]).SelectMany(setting => new[] { "-c", setting }),
        .. (string[])(run == "single" ? ["--no-peak"] : []),
    ];

    /// <summary>The metrics of a disturbed run are those of an undisturbed one: every step once, in order.</summary>
    public void AssertEveryStepOnce(string run) => Assert.Equal(Enumerable.Range(1, steps), Metrics(run));

    /// <summary>The steps of a run's metrics, as they come.</summary>
    public List<int> Metrics(string run) => [.. System.IO.File.ReadLines(File(run, "metrics.jsonl")).Select(line => int.Parse(MetricsStep().Match(line).Groups[1].Value, CultureInfo.InvariantCulture))];

    /// <summary>A hash of the weights and moments of the last checkpoint, whatever layout wrote it.</summary>
    public string StateHash(string run)
    {
        var reader = CheckpointReader.Open(new CheckpointStore(File(run, "checkpoints")).List()[^1]);
        Assert.Equal(steps, reader.Manifest.Step);
        return CheckpointBits.Hash(reader);
    }

    public void Dispose() => folder.Dispose();

    private static string Setting(string key, int value) => string.Create(CultureInfo.InvariantCulture, $"meditron.{key}={value}");

    [GeneratedRegex("\"step\":([0-9]+)")]
    private static partial Regex MetricsStep();
}
