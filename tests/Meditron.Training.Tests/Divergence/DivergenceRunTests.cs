using Meditron.Training.Checkpoints;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Divergence;

/// <summary>Runs in which losses go up, under each policy. At this pace and with this data they do so often.</summary>
public sealed class DivergenceRunTests : IDisposable
{
    private static readonly string[] Nervous =
    [
        "meditron.training.steps=30", "meditron.training.learning-rate=0.1", "meditron.training.min-learning-rate=0.05", "meditron.checkpoint.interval=4", "meditron.checkpoint.keep-last=0", "meditron.training.eval-interval=0",
        "meditron.recovery.loss-spike.window=6", "meditron.recovery.loss-spike.warm-up=8", "meditron.recovery.loss-spike.deviations=0", "meditron.recovery.loss-spike.factor=1.001", "meditron.recovery.loss-spike.rollback-steps=3",
        "meditron.recovery.loss-spike.max-in-a-row=0",
    ];

    private readonly TinyRun tiny = new();

    [Theory]
    [InlineData("skip", "skipped-step")]
    [InlineData("rollback", "rollback")]
    public void A_run_that_is_interrupted_at_any_step_judges_as_one_that_is_not(string action, string told)
    {
        var whole = Train("whole", action);
        Assert.True(whole.SkippedSteps > 1, "no loss was a spike: this test shows nothing");
        Assert.Contains(Events("whole"), happened => happened.Event == told);
        foreach (var at in new[] { 7, 11, 14, 17, 22 })
        {
            using var stop = new CancellationTokenSource();
            Train("parts", action, report =>
            {
                if (report.Step == at)
                {
                    stop.Cancel();
                }
            }, stop.Token);
        }

        var parts = Train("parts", action);
        Assert.Equal((whole.Step, whole.SkippedSteps, whole.Loss), (parts.Step, parts.SkippedSteps, parts.Loss));
        Assert.Equal(Checksums("whole"), Checksums("parts"));
    }

    [Fact]
    public void A_rollback_without_the_checkpoint_that_it_goes_back_to_takes_the_steps_from_an_older_one_again()
    {
        Train("whole", "rollback");
        var deleted = 0;
        Train("damaged", "rollback", report =>
        {
            foreach (var entry in new CheckpointStore(tiny.Run("damaged").Checkpoints).List().Where(entry => entry.Step % 8 == 0))
            {
                Directory.Delete(entry.Path, recursive: true);
                deleted++;
            }
        });
        Assert.True(deleted > 0);
        Assert.Equal(Checksums("whole"), Checksums("damaged"));
    }

    [Fact]
    public void Too_many_in_a_row_end_the_run_with_the_state_before_the_first_that_was_not_taken()
    {
        var summary = Train("nervous", "skip", overrides: ["meditron.recovery.loss-spike.max-in-a-row=1", "meditron.recovery.loss-spike.factor=1.0001"]);
        Assert.Contains("max-in-a-row", summary.Diverged, StringComparison.Ordinal);
        Assert.True(summary.Step < 30);
        Assert.Equal(summary.Step, new CheckpointStore(tiny.Run("nervous").Checkpoints).List()[^1].Step);
        Assert.Contains(Events("nervous"), happened => happened.Event == "diverged");
    }

    [Fact]
    public void A_rollback_needs_checkpoints_that_are_old_enough()
    {
        var error = Assert.Throws<ConfigurationException>(() => tiny.Settings([.. Nervous, "meditron.recovery.non-finite=rollback", "meditron.checkpoint.interval=0"]));
        Assert.Contains("checkpoint.interval is 0", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ConfigurationException>(() => tiny.Settings([.. Nervous, "meditron.recovery.loss-spike.action=rollback", "meditron.checkpoint.keep-last=1"]));
        Assert.Contains("keep at least 2 checkpoints", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ConfigurationException>(() => tiny.Settings([.. Nervous, "meditron.recovery.loss-spike.action=skip", "meditron.recovery.loss-spike.factor=0"]));
        Assert.Contains("every loss above the median", error.Message, StringComparison.Ordinal);
        error = Assert.Throws<ConfigurationException>(() => tiny.Settings([.. Nervous, "meditron.recovery.loss-spike.window=49"]));
        Assert.Contains("window", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => tiny.Dispose();

    private RunSummary Train(string name, string action, Action<StepReport>? onStep = null, CancellationToken stop = default, params string[] overrides) =>
        tiny.Train(onStep, stop, [.. Nervous, $"meditron.run.name={name}", $"meditron.data.cache=\"{Path.Combine(tiny.Folder, "cache")}\"", $"meditron.recovery.loss-spike.action={action}", .. overrides]);

    private IReadOnlyList<RunEvent> Events(string name) => new RunLog(tiny.Run(name), TimeProvider.System).ReadEvents();

    private string Checksums(string name) =>
        string.Join(',', CheckpointReader.Open(new CheckpointStore(tiny.Run(name).Checkpoints).List()[^1]).Manifest.Files.SelectMany(file => file.Checksums));
}
