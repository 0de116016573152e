using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Optimization;
using Meditron.Training.Parallel;
using Meditron.Training.Planning;
using Meditron.Training.Recovery;
using Meditron.Training.Settings;
using Meditron.Training.Tests.Parallel;

namespace Meditron.Training.Tests.Recovery;

public sealed class StandbyMemoryTests
{
    private static readonly LlamaConfig Model = new() { VocabularySize = 512, HiddenSize = 128, Layers = 3, Heads = 4, KvHeads = 2, FfnSize = 256, MaxPositions = 64 };

    [Fact]
    public void A_worker_that_waits_has_the_memory_of_the_layouts_largest_rank()
    {
        var job = Job(new ParallelLayout(1, 2, 2));
        var geometry = new StageGeometry(job.Model, job.Options, job.Layout!);
        var largest = Enumerable.Range(0, 4).Max(rank => RankMemory.Of(geometry, rank, job.RankOptions.Schedule).State);
        using var standby = new StandbyMemory(job, NoLogger.Instance);
        Assert.True(standby.Begin());
        while (standby.Touch())
        {
        }

        Assert.True(standby.Bytes >= largest, $"{standby.Bytes} bytes are ready, {largest} are needed");
        Assert.False(standby.Begin());
        using (var memory = standby.Take(largest))
        {
            Assert.True(memory!.Bytes >= largest);
        }

        Assert.Null(standby.Take(1));
    }

    [Fact]
    public void A_shard_in_memory_that_was_made_ready_is_like_any_other_and_can_be_opened()
    {
        var job = Job(new ParallelLayout(1, 1, 2));
        var geometry = new StageGeometry(job.Model, job.Options, job.Layout!);
        using var standby = new StandbyMemory(job, NoLogger.Instance);
        standby.Begin();
        while (standby.Touch())
        {
        }

        using var memory = new DeviceMemory(job, standby);
        var ready = standby.Bytes;
        using var arena = memory.Create(geometry, 1)!;
        Assert.True(standby.Bytes < ready);
        arena.Publish(1, new StepPosition(7, 56, 6, 1));
        using var other = StateArena.Open(Environment.ProcessId, arena.Descriptor, arena.Identity.Token);
        Assert.Equal(arena.Identity, other.Identity);
        Assert.Equal([7], other.Steps());
    }

    [Fact]
    public void A_worker_that_trains_has_the_memory_of_a_layout_with_one_copy_of_the_model_less()
    {
        var two = new ParallelLayout(1, 1, 2);
        var job = Job(two);
        var one = RankMemory.Of(new StageGeometry(job.Model, job.Options, ParallelLayout.Single), 0, job.RankOptions.Schedule).State;
        using var standby = new StandbyMemory(job, NoLogger.Instance);
        standby.TouchForChange(two);
        using (var memory = standby.Take(one))
        {
            Assert.Equal(one, memory!.Bytes);
        }

        // And one that does without the others has that of the layout to which it will grow.
        standby.TouchForChange(ParallelLayout.Single);
        using var grown = standby.Take(one / 2);
        Assert.InRange(grown!.Bytes, one / 2, one - 1);
    }

    [Fact]
    public void Nothing_is_made_ready_for_a_layout_that_is_not_known()
    {
        using var standby = new StandbyMemory(Job(null), NoLogger.Instance);
        Assert.False(standby.Begin());
        Assert.False(standby.Touch());
        Assert.Null(standby.Take(1));
    }

    [Fact]
    public void What_the_system_refuses_is_done_without()
    {
        var two = new ParallelLayout(1, 1, 2);
        var refusals = 0;
        using var standby = new StandbyMemory(Job(two), NoLogger.Instance, (name, _) =>
        {
            refusals++;
            throw new IOException($"{name}: too many open files");
        });
        Assert.True(standby.Begin());
        while (standby.Touch())
        {
        }

        Assert.Null(standby.Take(1));
        standby.TouchForChange(two);
        standby.TouchForChange(two);
        Assert.Null(standby.Take(1));
        Assert.Equal(2, refusals);
    }

    private static WorkerJob Job(ParallelLayout? layout) => new()
    {
        Model = Model,
        Options = new TrainerOptions { Steps = 4, MicroBatch = 2, GlobalBatch = 8, SequenceLength = 32, LearningRate = new LearningRateSchedule(1e-3, 1e-4, 1, 4, DecayStyle.Cosine) },
        Layout = layout,
        RankOptions = new RankOptions(),
        Train = new SampleMicroBatches(new LayoutSamples(32, Model.VocabularySize)),
        Checkpoints = new CheckpointStore("none"),
        Backend = "host",
        Kernels = new FusedKernels(),
        Device = Device.CPU,
        Threads = 1,
        Time = TimeProvider.System,
    };
}
