using Meditron.Data;
using Meditron.Llama;
using Meditron.Training.Checkpoints;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Runs;

public sealed class TrainingRunTests
{
    [Fact]
    public void A_run_learns_and_leaves_metrics_events_configuration_and_checkpoints()
    {
        using var tiny = new TinyRun();
        var losses = new List<double>();
        var summary = tiny.Train(report => losses.Add(report.Loss), default, "meditron.training.steps=40");
        Assert.Equal(40, summary.Step);
        Assert.False(summary.Interrupted);
        Assert.True(losses[^1] < losses[0] - 1, $"from {losses[0]} to {losses[^1]}");
        Assert.NotNull(summary.ValidationLoss);
        Assert.NotNull(summary.UnigramEntropy);
        var folder = tiny.Run();
        Assert.Equal(40, File.ReadLines(folder.Metrics).Count());
        Assert.Contains("\"event\":\"end\"", File.ReadLines(folder.Events).Last(), StringComparison.Ordinal);
        Assert.Contains("learning-rate", File.ReadAllText(folder.Configuration), StringComparison.Ordinal);
        Assert.Equal([36, 40], new CheckpointStore(folder.Checkpoints).List().Select(entry => entry.Step));
    }

    [Theory]
    [InlineData("meditron.precision=fp32")]
    [InlineData("meditron.precision=bf16")]
    public void A_run_that_was_interrupted_ends_with_the_bits_of_one_that_was_not(string precision)
    {
        using var whole = new TinyRun();
        using var interrupted = new TinyRun();
        whole.Train(null, default, precision);
        using var stop = new CancellationTokenSource();
        var first = interrupted.Train(report => CancelAt(report, 7, stop), stop.Token, precision);
        Assert.True(first.Interrupted);
        Assert.Equal(7, first.Step);
        var second = interrupted.Train(null, default, precision);
        Assert.Equal(12, second.Step);
        Assert.Equal(5, second.StepsTaken);
        Assert.Equal(Hash(whole), Hash(interrupted));
        Assert.Equal(Losses(whole), Losses(interrupted));
    }

    [Theory]
    [InlineData("meditron.precision=fp32")]
    [InlineData("meditron.precision=bf16")]
    public void The_number_of_threads_changes_no_bit(string precision)
    {
        using var one = new TinyRun();
        using var three = new TinyRun();
        one.Train(null, default, precision, "meditron.threads=1");
        three.Train(null, default, precision, "meditron.threads=3");
        Assert.Equal(Hash(one), Hash(three));
    }

    [Fact]
    public void A_damaged_checkpoint_is_named_and_the_one_before_it_gives_the_same_bits()
    {
        using var whole = new TinyRun();
        using var damaged = new TinyRun();
        whole.Train();
        damaged.Train();
        var newest = new CheckpointStore(damaged.Run().Checkpoints).List()[^1];
        FlipBit(Directory.GetFiles(newest.Path, "*.safetensors")[0], 5000);
        damaged.Train();
        var events = File.ReadAllText(damaged.Run().Events);
        Assert.Contains("checkpoint-rejected", events, StringComparison.Ordinal);
        Assert.Contains("block 0", events, StringComparison.Ordinal);
        Assert.Equal(Hash(whole), Hash(damaged));
    }

    [Fact]
    public void Micro_batches_of_one_step_give_the_gradient_of_the_whole_batch()
    {
        using var one = new TinyRun();
        using var four = new TinyRun();
        var together = new List<double>();
        var apart = new List<double>();
        one.Train(report => together.Add(report.GradNorm), default, "meditron.training.micro-batch=4", "meditron.training.steps=3");
        four.Train(report => apart.Add(report.GradNorm), default, "meditron.training.micro-batch=1", "meditron.training.steps=3");
        for (var step = 0; step < 3; step++)
        {
            Assert.InRange(Math.Abs(together[step] - apart[step]) / together[step], 0, 1e-3);
        }
    }

    [Fact]
    public void A_run_folder_of_another_model_is_refused_with_both_models()
    {
        using var tiny = new TinyRun();
        tiny.Train();
        var error = Assert.Throws<CheckpointException>(() => tiny.Train(null, default, "meditron.model.layers=3"));
        Assert.Contains("Layers = 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("Layers = 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_data_under_the_same_run_is_refused()
    {
        using var tiny = new TinyRun();
        tiny.Train();
        var tokenizer = Directory.GetFiles(tiny.Run().Data, "*.model").Single();
        File.AppendAllLines(tiny.Input, ["{\"text\": \"One more document changes the order of all.\"}"]);
        var error = Assert.Throws<CheckpointException>(() => tiny.Train(null, default, $"meditron.data.tokenizer.model=\"{tokenizer}\""));
        Assert.Contains("other data", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Never_resuming_does_not_overwrite_a_run()
    {
        using var tiny = new TinyRun();
        tiny.Train();
        var error = Assert.Throws<CheckpointException>(() => tiny.Train(null, default, "meditron.checkpoint.resume=never"));
        Assert.Contains("step 12", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_too_small_for_the_tokenizer_is_refused_before_training()
    {
        using var tiny = new TinyRun();
        var error = Assert.ThrowsAny<Exception>(() => tiny.Train(null, default, "meditron.model.vocabulary-size=100"));
        Assert.Contains("100", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(tiny.Run().Checkpoints));
    }

    [Fact]
    public void A_missing_input_is_named()
    {
        using var tiny = new TinyRun();
        var error = Assert.ThrowsAny<DataException>(() => tiny.Train(null, default, "meditron.data.inputs=[\"/nowhere/corpus.jsonl\"]"));
        Assert.Contains("/nowhere/corpus.jsonl", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_beyond_the_memory_is_refused_with_both_sizes()
    {
        var options = RunModel.TrainerOptions(SettingsLoader.Load([], []).Settings);
        var needed = Trainer.PlannedBytes(LlamaPresets.Get("llama2-70b"), options);
        var error = Assert.Throws<Training.Runs.InsufficientMemoryException>(() => MachineMemory.Require(needed, 24L << 30));
        Assert.Contains("24576 MiB", error.Message, StringComparison.Ordinal);
        Assert.True(needed > 68_976_648_192 * 16);
        Assert.InRange(MachineMemory.AvailableBytes(), 1L << 20, long.MaxValue);
    }

    [Fact]
    public void A_finished_run_started_again_takes_no_step()
    {
        using var tiny = new TinyRun();
        tiny.Train();
        var hash = Hash(tiny);
        var again = tiny.Train();
        Assert.Equal(0, again.StepsTaken);
        Assert.Equal(hash, Hash(tiny));
    }

    private static void CancelAt(StepReport report, int step, CancellationTokenSource stop)
    {
        if (report.Step == step)
        {
            stop.Cancel();
        }
    }

    private static void FlipBit(string path, long offset)
    {
        using var stream = File.Open(path, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = offset;
        var value = stream.ReadByte();
        stream.Position = offset;
        stream.WriteByte((byte)(value ^ 4));
    }

    /// <summary>The checksums of the state at the last step: weights and moments, bit for bit.</summary>
    private static string Hash(TinyRun run)
    {
        var reader = CheckpointReader.Open(new CheckpointStore(run.Run().Checkpoints).List()[^1]);
        Assert.Equal(12, reader.Manifest.Step);
        return string.Join(',', reader.Manifest.Files.SelectMany(file => file.Checksums));
    }

    private static IEnumerable<(int, double, double?)> Losses(TinyRun run) =>
        new RunLog(run.Run(), TimeProvider.System).ReadMetrics().Select(line => (line.Step, line.Loss, line.ValidationLoss));
}
