using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Optimization;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;
using Meditron.Training.Settings;
using Meditron.Training.Tests.Parallel;

namespace Meditron.Training.Tests.Recovery;

/// <summary>What one rank leaves in memory is what others go on from, with the same bits.</summary>
public sealed class MemoryRecoveryTests
{
    private static readonly LlamaConfig Model = new() { VocabularySize = 61, HiddenSize = 32, Layers = 2, Heads = 2, KvHeads = 1, FfnSize = 48, MaxPositions = 16 };

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public void Steps_after_a_rewind_have_the_bits_of_the_first_time(Precision precision)
    {
        using var trainer = Trainer(precision, arena: true);
        Take(trainer, 3);
        var losses = Take(trainer, 1);
        var weights = Weights(trainer);
        Assert.Equal([3, 4], trainer.State.Steps.Order());

        Assert.True(trainer.State.Rewind(3));
        Assert.False(trainer.State.Rewind(2));
        trainer.GatherWeights();

        Assert.Equal(losses, Take(trainer, 1));
        Assert.Equal(weights, Weights(trainer));
        Assert.Equal((4, 4L), (trainer.Step, trainer.Updates));
    }

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public void Another_rank_that_takes_the_state_from_memory_goes_on_with_the_same_bits(Precision precision)
    {
        using var lost = Trainer(precision, arena: true);
        Take(lost, 3);
        using var heir = Trainer(precision, arena: true);
        heir.State.Invalidate();
        using (var source = new ArenaSource([lost.State.Arena!], new StageGeometry(Model, Options(precision), ParallelLayout.Single), 0, 3))
        {
            source.CopyTo(heir.State, new FusedKernels());
            heir.State.Restored(source.Position!);
        }

        heir.GatherWeights();
        Assert.Equal(Take(lost, 2), Take(heir, 2));
        Assert.Equal(Weights(lost), Weights(heir));
    }

    [Fact]
    public void A_step_that_memory_no_longer_has_is_refused()
    {
        using var trainer = Trainer(Precision.Fp32, arena: true);
        Take(trainer, 3);
        var error = Assert.Throws<CheckpointException>(() => new ArenaSource([trainer.State.Arena!], new StageGeometry(Model, Options(Precision.Fp32), ParallelLayout.Single), 0, 1));
        Assert.Contains("no longer step 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_version_that_a_checkpoint_still_reads_is_not_overwritten()
    {
        using var trainer = Trainer(Precision.Fp32, arena: false);
        Take(trainer, 1);
        var version = trainer.State.Borrow();
        var expected = trainer.State.Version(version).master.data<float>().ToArray();
        Take(trainer, 1);
        var second = new Thread(() => Take(trainer, 1));
        second.Start();

        // The second step would overwrite what is borrowed: it has not, however far it has come.
        Assert.Equal(expected, trainer.State.Version(version).master.data<float>().ToArray());
        using var snapshot = new ShardSnapshot(trainer.State);
        snapshot.Capture(version);
        Assert.True(second.Join(TimeSpan.FromMinutes(1)));
        Assert.Equal(3, trainer.Step);
        Assert.NotEqual(expected, trainer.State.Version(version).master.data<float>().ToArray());
    }

    [Fact]
    public void A_skipped_step_leaves_two_versions_with_the_same_content()
    {
        using var trainer = Trainer(Precision.Fp32, arena: true);
        Take(trainer, 2);
        var weights = Weights(trainer);
        trainer.State.Keep(trainer.State.Position with { Step = 3, SkippedSteps = 1 });
        Assert.Equal([2, 3], trainer.State.Steps.Order());
        Assert.Equal(weights, Weights(trainer));
        Assert.Equal((3, 2L, 1L), (trainer.Step, trainer.Updates, trainer.SkippedSteps));
    }

    private static RankTrainer Trainer(Precision precision, bool arena)
    {
        var geometry = new StageGeometry(Model, Options(precision), ParallelLayout.Single);
        var samples = new SampleMicroBatches(new LayoutSamples(16, Model.VocabularySize));
        var plan = geometry.PlanOf(new RankCoordinates(0, 0, 0));
        var identity = new ArenaIdentity(Guid.NewGuid(), 1, ParallelLayout.Single, 0, plan.ShardLength(0));
        var trainer = new RankTrainer(
            geometry, 0, RankGroups.None, new RankOptions(), samples, null, new FusedKernels(), Device.CPU, TimeProvider.System, arena ? StateArena.Create(identity, plan.PiecesOf(0)) : null);
        trainer.Restored(0, 0, 0, 0);
        return trainer;
    }

    private static IReadOnlyList<double> Take(RankTrainer trainer, int steps) => [.. Enumerable.Range(0, steps).Select(_ => trainer.TrainStep().Loss)];

    private static float[] Weights(RankTrainer trainer)
    {
        var state = trainer.State.Version(trainer.State.Current);
        return [.. state.master.data<float>().ToArray(), .. state.exp_avg.data<float>().ToArray(), .. state.exp_avg_sq.data<float>().ToArray()];
    }

    private static TrainerOptions Options(Precision precision) => new()
    {
        Steps = 100,
        MicroBatch = 2,
        GlobalBatch = 6,
        SequenceLength = 16,
        Precision = precision,
        LearningRate = new LearningRateSchedule(1e-2, 1e-4, 2, 100, DecayStyle.Cosine),
    };
}
