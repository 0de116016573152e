using Meditron.Llama;
using Meditron.Training.Divergence;
using Meditron.Training.Optimization;
using Meditron.Training.Parallel;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Parallel;

/// <summary>Every rank of every layout judges a step as one process does.</summary>
public sealed class DivergenceBitsTests
{
    private static readonly LlamaConfig Model = new()
    {
        VocabularySize = 61, HiddenSize = 32, Layers = 4, Heads = 4, KvHeads = 2, FfnSize = 48, MaxPositions = 16, MakeVocabularySizeDivisibleBy = 16,
    };

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    public void Spikes_are_skipped_at_the_same_steps_with_the_same_bits(int data, int pipeline)
    {
        var expected = new LayoutRun(Model, Options()) { Steps = 16 }.RunSingle();
        Assert.Contains(expected.Reports, report => report.Skipped);
        Assert.Contains(expected.Reports, report => !report.Skipped && report.Step > 6);
        var actual = new LayoutRun(Model, Options()) { Steps = 16, Layout = new ParallelLayout(1, pipeline, data) }.Run();
        Assert.Equal(expected.Reports.Select(report => report.Judgement), actual.Reports.Select(report => report.Judgement));
        Assert.Equal(expected.Curve, actual.Curve);
        Assert.Equal(expected.Hash, actual.Hash);
    }

    private static TrainerOptions Options() => new()
    {
        Steps = 100,
        MicroBatch = 2,
        GlobalBatch = 8,
        SequenceLength = 16,
        LearningRate = new LearningRateSchedule(0.2, 0.1, 1, 100, DecayStyle.Cosine),
        Divergence = new DivergenceOptions { LossSpike = LossSpikeAction.Skip, Deviations = 0, Factor = 1.001, Window = 4, WarmUp = 6 },
    };
}
