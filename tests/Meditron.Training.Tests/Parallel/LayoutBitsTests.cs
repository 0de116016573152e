using Meditron.Llama;
using Meditron.Training.Checkpoints;
using Meditron.Training.Optimization;
using Meditron.Training.Parallel;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Parallel;

[Collection(AloneCollection.Name)]
public sealed class LayoutBitsTests
{
    private static readonly LlamaConfig Model = new()
    {
        VocabularySize = 61, HiddenSize = 32, Layers = 5, Heads = 4, KvHeads = 2, FfnSize = 48, MaxPositions = 16, MakeVocabularySizeDivisibleBy = 16,
    };

    private const int Steps = 3;

    [Theory]
    [InlineData(1, 1, 8)]
    [InlineData(2, 1, 8)]
    [InlineData(4, 1, 8)]
    [InlineData(3, 1, 8)]
    [InlineData(1, 2, 8)]
    [InlineData(1, 4, 8)]
    [InlineData(2, 2, 8)]
    [InlineData(4, 2, 8)]
    [InlineData(2, 4, 8)]
    [InlineData(3, 2, 7)]
    [InlineData(5, 1, 6)]
    public void Weights_have_the_same_bits_in_every_layout(int data, int pipeline, int microBatches)
    {
        foreach (var precision in new[] { Precision.Fp32, Precision.Bf16 })
        {
            var (expected, losses) = Single(precision, microBatches);
            foreach (var kind in Enum.GetValues<PipelineScheduleKind>())
            {
                var (actual, others) = Parallel(new ParallelLayout(1, pipeline, data), precision, microBatches, kind);
                Assert.Equal(losses, others);
                Assert.Equal(expected, actual);
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 2, 2)]
    [InlineData(2, 2, 1, 1)]
    [InlineData(4, 1, 1, 4)]
    [InlineData(2, 4, 3, 2)]
    [InlineData(1, 5, 4, 2)]
    public void A_checkpoint_resumes_in_any_other_layout_with_the_same_bits(int data, int pipeline, int otherData, int otherPipeline)
    {
        foreach (var precision in new[] { Precision.Fp32, Precision.Bf16 })
        {
            using var folder = new Testing.TemporaryFolder();
            var (expected, losses) = Single(precision, 8);
            var store = new CheckpointStore(folder.Path);
            var first = new ParallelLayout(1, pipeline, data);
            Parallel(first, precision, 8, PipelineScheduleKind.OneForwardOneBackward, steps: 2, saveTo: store);
            var second = new ParallelLayout(1, otherPipeline, otherData);
            var (actual, others) = Parallel(second, precision, 8, PipelineScheduleKind.GPipe, steps: 1, resumeFrom: store);
            Assert.Equal(expected, actual);
            Assert.EndsWith(others, losses, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(2, 1, 2)]
    public void Tensor_parallel_ranks_come_to_the_losses_and_norms_of_one_rank(int tensor, int pipeline, int data)
    {
        foreach (var (precision, tolerance) in new[] { (Precision.Fp32, 1e-5), (Precision.Bf16, 2e-2) })
        {
            var (_, expected) = Single(precision, 4);
            var (_, actual) = Parallel(new ParallelLayout(tensor, pipeline, data), precision, 4, PipelineScheduleKind.OneForwardOneBackward);
            var (wanted, given) = (Numbers(expected), Numbers(actual));
            Assert.Equal(wanted.Length, given.Length);
            for (var index = 0; index < wanted.Length; index++)
            {
                Assert.InRange(given[index], wanted[index] * (1 - tolerance) - tolerance, wanted[index] * (1 + tolerance) + tolerance);
            }
        }
    }

    [Fact]
    public void A_checkpoint_of_tensor_parallel_ranks_holds_the_weights_that_one_rank_would_resume_from()
    {
        using var folder = new Testing.TemporaryFolder();
        var store = new CheckpointStore(folder.Path);
        var (_, expected) = Parallel(new ParallelLayout(2, 2, 2), Precision.Fp32, 4, PipelineScheduleKind.OneForwardOneBackward);
        Parallel(new ParallelLayout(2, 1, 2), Precision.Fp32, 4, PipelineScheduleKind.OneForwardOneBackward, steps: 2, saveTo: store);
        var (_, actual) = Parallel(new ParallelLayout(1, 2, 1), Precision.Fp32, 4, PipelineScheduleKind.OneForwardOneBackward, steps: 1, resumeFrom: store);
        var (wanted, given) = (Numbers(expected)[^3..], Numbers(actual));
        for (var index = 0; index < given.Length; index++)
        {
            Assert.Equal(wanted[index], given[index], 1e-4);
        }
    }

    private static double[] Numbers(string text) =>
        [.. text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];

    private static (string Hash, string Losses) Single(Precision precision, int microBatches) =>
        Told(new LayoutRun(Model, Options(precision, microBatches)) { Steps = Steps }.RunSingle());

    private static (string Hash, string Losses) Parallel(
        ParallelLayout layout, Precision precision, int microBatches, PipelineScheduleKind kind, int steps = Steps, CheckpointStore? saveTo = null, CheckpointStore? resumeFrom = null) =>
        Told(new LayoutRun(Model, Options(precision, microBatches)) { Layout = layout, Schedule = kind, Steps = steps, SaveTo = saveTo, ResumeFrom = resumeFrom }.Run());

    private static (string Hash, string Losses) Told(LayoutResult result) => (result.Hash, result.Curve + result.ValidationLoss);

    private static TrainerOptions Options(Precision precision, int microBatches) => new()
    {
        Steps = 100,
        MicroBatch = 2,
        GlobalBatch = 2 * microBatches,
        SequenceLength = 16,
        Precision = precision,
        EvalBatches = 5,
        LearningRate = new LearningRateSchedule(1e-2, 1e-4, 2, 100, DecayStyle.Cosine),
    };
}
