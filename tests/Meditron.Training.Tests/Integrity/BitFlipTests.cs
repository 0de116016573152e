using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Optimization;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;
using Meditron.Training.Settings;
using Meditron.Training.Tests.Parallel;
using Xunit.Abstractions;

namespace Meditron.Training.Tests.Integrity;

/// <summary>Whichever bit of a checkpoint's files or of a shard's memory changes: it is noticed, or it changes nothing that is loaded; never is something else loaded.</summary>
public sealed class BitFlipTests(ITestOutputHelper output) : IDisposable
{
    private static readonly LlamaConfig Model = new() { VocabularySize = 61, HiddenSize = 32, Layers = 2, Heads = 2, KvHeads = 1, FfnSize = 48, MaxPositions = 16 };

    private readonly Testing.TemporaryFolder folder = new();

    [Theory]
    [InlineData(150)]
    public void Random_bits_of_a_checkpoint_s_files_are_noticed_and_the_one_before_is_taken(int flips) => FlipCheckpoint(flips, 1);

    [Theory]
    [InlineData(2000)]
    [Trait("Category", "Soak")]
    public void Bit_flips_in_checkpoints(int flips) => FlipCheckpoint(flips, 2);

    [Theory]
    [InlineData(150)]
    public void Random_bits_of_a_shard_s_memory_are_put_right_or_cost_a_version(int flips) => FlipMemory(flips, 3);

    [Theory]
    [InlineData(2000)]
    [Trait("Category", "Soak")]
    public void Bit_flips_in_memory(int flips) => FlipMemory(flips, 4);

    public void Dispose() => folder.Dispose();

    private void FlipCheckpoint(int flips, int seed)
    {
        using var trainer = Trainer();
        var store = new CheckpointStore(folder.File("checkpoints"));
        using var snapshot = new ShardSnapshot(trainer.State);
        for (var step = 1; step <= 2; step++)
        {
            trainer.TrainStep();
            snapshot.Capture();
            var position = new CheckpointPosition { Step = step, Updates = step, SkippedSteps = 0, SamplesConsumed = trainer.SamplesConsumed, Generation = 1 };
            store.Commit(position, Model, new CheckpointLayout(1, 1, 1), [snapshot.Write(store.PartialFolder(step, 1), 0, 1)]);
        }

        var expected = Content(trainer);
        var newest = store.List()[^1].Path;
        var files = Directory.GetFiles(newest).Select(path => (Path: path, Bytes: File.ReadAllBytes(path))).ToList();
        var total = files.Sum(file => file.Bytes.Length);
        var random = new Random(seed);
        var (noticed, harmless) = (0, 0);
        for (var flip = 0; flip < flips; flip++)
        {
            // Every second one in a random file, since nearly all bytes are those of the shard.
            var at = random.Next(total);
            var chosen = flip % 2 == 0 ? files.First(file => (at -= file.Bytes.Length) < 0) : files[random.Next(files.Count)];
            var index = random.Next(chosen.Bytes.Length);
            var bit = (byte)(1 << random.Next(8));
            chosen.Bytes[index] ^= bit;
            File.WriteAllBytes(chosen.Path, chosen.Bytes);
            var reader = store.NewestGood(out var rejected);
            Assert.NotNull(reader);
            if (rejected.Count > 0)
            {
                Assert.Equal((2, 1), (Assert.Single(rejected).Entry.Step, reader.Manifest.Step));
                noticed++;
            }
            else
            {
                using var loaded = Trainer();
                using var source = reader.OpenSource();
                loaded.State.Load(source);
                Assert.Equal(expected, Content(loaded));
                harmless++;
            }

            chosen.Bytes[index] ^= bit;
            File.WriteAllBytes(chosen.Path, chosen.Bytes);
        }

        output.WriteLine($"checkpoint files: {flips} bits, {noticed} noticed and the checkpoint before taken, {harmless} of no effect");
    }

    private unsafe void FlipMemory(int flips, int seed)
    {
        using var lost = Trainer();
        lost.TrainStep();
        lost.TrainStep();
        var expected = new Dictionary<int, float[]> { [2] = Content(lost) };
        Assert.True(lost.State.Rewind(1));
        expected[1] = Content(lost);
        Assert.True(lost.State.Rewind(2));
        var arena = lost.State.Arena!;
        using var memory = SharedMemory.Open(Environment.ProcessId, arena.Descriptor);
        byte* start = null;
        memory.Buffer.AcquirePointer(ref start);
        using var heir = Trainer();
        var mended = 0;
        heir.State.Mended = _ => mended++;
        var random = new Random(seed);
        var (right, refused, versions, harmless) = (0, 0, 0, 0);
        for (var flip = 0; flip < flips; flip++)
        {
            // Every fourth one in the header and the checksums, which are small.
            var at = random.NextInt64(flip % 4 == 0 ? 8192 : memory.Bytes);
            if (at is >= 4032 and < 4096)
            {
                // The mutex by which the process's end is known; it holds no state.
                at -= 64;
            }

            var (was, header) = (start[at], new ReadOnlySpan<byte>(start, 4096).ToArray());
            start[at] ^= (byte)(1 << random.Next(8));
            mended = 0;
            try
            {
                using var opened = StateArena.Open(Environment.ProcessId, arena.Descriptor, arena.Identity.Token);
                var step = Take(opened, heir);
                Assert.Equal(expected[step], Content(heir));
                right += mended > 0 ? 1 : 0;
                versions += mended == 0 && step < 2 ? 1 : 0;
                harmless += mended == 0 && step == 2 ? 1 : 0;
            }
            catch (IOException)
            {
                refused++;
            }

            start[at] = was;
            header.AsSpan()[..4032].CopyTo(new Span<byte>(start, 4032));
        }

        memory.Buffer.ReleasePointer();
        Assert.Equal(flips, right + refused + versions + harmless);
        Assert.True(right > 0);
        output.WriteLine(
            $"replicas in memory: {flips} bits, {right} put right, {versions} cost a version and the one before was taken, {refused} refused as another memory (the durable checkpoint is taken), {harmless} of no effect on what was taken");
    }

    /// <summary>Takes the newest version that can be had.</summary>
    private static int Take(StateArena from, RankTrainer to)
    {
        while (true)
        {
            var step = from.Steps().Max();
            try
            {
                to.State.Invalidate();
                using var source = new ArenaSource([from], new StageGeometry(Model, Options, ParallelLayout.Single), 0, step);
                source.CopyTo(to.State, new FusedKernels());
                to.State.Restored(source.Position!);
                return step;
            }
            catch (StateDamagedException)
            {
                // It has been given up: the other one is next.
            }
        }
    }

    private static float[] Content(RankTrainer trainer)
    {
        var state = trainer.State.Version(trainer.State.Current);
        return [.. state.master.data<float>().ToArray(), .. state.exp_avg.data<float>().ToArray(), .. state.exp_avg_sq.data<float>().ToArray()];
    }

    private static RankTrainer Trainer()
    {
        var geometry = new StageGeometry(Model, Options, ParallelLayout.Single);
        var plan = geometry.PlanOf(new RankCoordinates(0, 0, 0));
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
            StateArena.Create(new ArenaIdentity(Guid.NewGuid(), 1, ParallelLayout.Single, 0, plan.ShardLength(0)), plan.PiecesOf(0)));
        trainer.Restored(0, 0, 0, 0);
        return trainer;
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
