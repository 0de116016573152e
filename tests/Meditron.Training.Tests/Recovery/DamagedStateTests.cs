using System.Runtime.InteropServices;
using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Optimization;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;
using Meditron.Training.Settings;
using Meditron.Training.Tests.Parallel;

namespace Meditron.Training.Tests.Recovery;

/// <summary>What changes in memory between two steps is found before it is used, and put right where that can be done.</summary>
public sealed class DamagedStateTests
{
    private static readonly LlamaConfig Model = new() { VocabularySize = 61, HiddenSize = 32, Layers = 2, Heads = 2, KvHeads = 1, FfnSize = 48, MaxPositions = 16 };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bit_that_changes_between_two_steps_is_put_right_by_the_next_one_with_the_bits_of_an_undisturbed_run(bool arena)
    {
        using var undisturbed = Trainer(arena);
        using var trainer = Trainer(arena);
        var mended = new List<string>();
        trainer.State.Mended = mended.Add;
        var random = new Random(11);
        for (var step = 0; step < 12; step++)
        {
            Flip(trainer.State.Version(trainer.State.Current), random);
            Assert.Equal(undisturbed.TrainStep().Loss, trainer.TrainStep().Loss);
            Assert.Equal(step + 1, mended.Count);
        }

        Assert.All(mended, what => Assert.Matches("^block [0-9]+ \\(elements [0-9]+ to [0-9]+ of the shard\\): bit [0-9]+ of the .* had changed and was put right$", what));
        Assert.Equal(Content(undisturbed), Content(trainer));
    }

    [Fact]
    public void A_block_that_is_damaged_beyond_repair_ends_the_step_and_its_version_is_given_up()
    {
        using var trainer = Trainer(arena: true);
        trainer.TrainStep();
        trainer.State.Version(trainer.State.Current).master.data<float>()[40] = 3;
        trainer.State.Version(trainer.State.Current).exp_avg.data<float>()[41] = 3;
        var error = Assert.Throws<StateDamagedException>(() => trainer.TrainStep());
        Assert.Contains("rank 0 is damaged: in the state of step 1, block 0 ", error.Message, StringComparison.Ordinal);
        Assert.Empty(trainer.State.Steps);
        Assert.Empty(trainer.State.Arena!.Steps());
    }

    [Fact]
    public void A_damaged_version_is_found_by_whoever_goes_back_to_it_and_the_other_one_is_still_there()
    {
        using var trainer = Trainer(arena: true);
        trainer.TrainStep();
        trainer.TrainStep();
        var version = trainer.State.Version(trainer.State.Current);
        version.exp_avg_sq.data<float>().Slice(100, 50).Clear();
        Assert.True(trainer.State.Rewind(2));
        Assert.Throws<StateDamagedException>(trainer.State.Verify);
        Assert.Equal([1], trainer.State.Arena!.Steps());
        Assert.False(trainer.State.Rewind(2));
        Assert.True(trainer.State.Rewind(1));
        trainer.State.Verify();
        trainer.GatherWeights();
        using var undisturbed = Trainer(arena: false);
        undisturbed.TrainStep();
        Assert.Equal(undisturbed.TrainStep().Loss, trainer.TrainStep().Loss);
        Assert.Equal(Content(undisturbed), Content(trainer));
    }

    [Fact]
    public void Who_takes_state_from_another_s_memory_puts_a_changed_bit_right_and_gives_up_what_is_damaged_further()
    {
        using var lost = Trainer(arena: true);
        lost.TrainStep();
        lost.TrainStep();
        var expected = Content(lost);
        Flip(lost.State.Version(lost.State.Current), new Random(3));
        using var heir = Trainer(arena: true);
        var mended = new List<string>();
        heir.State.Mended = mended.Add;
        Take(lost, heir, 2);
        Assert.StartsWith("rank 0, step 2, block ", Assert.Single(mended), StringComparison.Ordinal);
        Assert.Equal(expected, Content(heir));

        lost.State.Version(lost.State.Current).master.data<float>()[..2].Fill(9);
        Assert.Throws<StateDamagedException>(() => Take(lost, heir, 2));
        Assert.Equal([1], lost.State.Arena!.Steps());
        Assert.False(lost.State.Rewind(2));
        Take(lost, heir, 1);
        Assert.Equal(1, heir.Step);
    }

    [Fact]
    public void No_checkpoint_is_written_from_a_damaged_version()
    {
        using var trainer = Trainer(arena: true);
        trainer.TrainStep();
        using var snapshot = new ShardSnapshot(trainer.State);
        var mended = new List<string>();
        trainer.State.Mended = mended.Add;
        Flip(trainer.State.Version(trainer.State.Current), new Random(4));
        snapshot.Capture();
        Assert.Single(mended);
        trainer.State.Version(trainer.State.Current).exp_avg.data<float>()[..2].Fill(9);
        Assert.Contains("The state to save is damaged: block 0 ", Assert.Throws<IOException>(snapshot.Capture).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_skipped_step_carries_damage_along_so_that_it_is_found_all_the_same()
    {
        using var trainer = Trainer(arena: true);
        trainer.TrainStep();
        var mended = new List<string>();
        trainer.State.Mended = mended.Add;
        Flip(trainer.State.Version(trainer.State.Current), new Random(6));
        trainer.State.Keep(trainer.State.Position with { Step = 2, SkippedSteps = 1 });
        Assert.Empty(mended);
        trainer.State.Verify();
        Assert.Single(mended);
    }

    private static void Take(RankTrainer from, RankTrainer to, int step)
    {
        to.State.Invalidate();
        using var source = new ArenaSource([from.State.Arena!], new StageGeometry(Model, Options, ParallelLayout.Single), 0, step);
        source.CopyTo(to.State, new FusedKernels());
        to.State.Restored(source.Position!);
        to.GatherWeights();
    }

    private static void Flip(AdamWState state, Random random)
    {
        var values = MemoryMarshal.Cast<float, uint>(new[] { state.master, state.exp_avg, state.exp_avg_sq }[random.Next(3)].data<float>());
        values[random.Next(values.Length)] ^= 1u << random.Next(32);
    }

    private static RankTrainer Trainer(bool arena)
    {
        var geometry = new StageGeometry(Model, Options, ParallelLayout.Single);
        var plan = geometry.PlanOf(new RankCoordinates(0, 0, 0));
        var identity = new ArenaIdentity(Guid.NewGuid(), 1, ParallelLayout.Single, 0, plan.ShardLength(0));
        var trainer = new RankTrainer(
            geometry,
            0,
            RankGroups.None,
            new RankOptions(),
            new SampleMicroBatches(new LayoutSamples(16, Model.VocabularySize)),
            null,
            new FusedKernels(),
            Device.CPU,
            TimeProvider.System,
            arena ? StateArena.Create(identity, plan.PiecesOf(0)) : null);
        trainer.Restored(0, 0, 0, 0);
        return trainer;
    }

    private static float[] Content(RankTrainer trainer)
    {
        var state = trainer.State.Version(trainer.State.Current);
        return [.. state.master.data<float>().ToArray(), .. state.exp_avg.data<float>().ToArray(), .. state.exp_avg_sq.data<float>().ToArray()];
    }

    private static TrainerOptions Options => new()
    {
        Steps = 100,
        MicroBatch = 2,
        GlobalBatch = 6,
        SequenceLength = 16,
        Precision = Precision.Fp32,
        LearningRate = new LearningRateSchedule(1e-2, 1e-4, 2, 100, DecayStyle.Cosine),
    };
}
