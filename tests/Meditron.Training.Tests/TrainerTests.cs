using Meditron.Data.Sampling;
using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Optimization;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests;

[Collection(AloneCollection.Name)]
public sealed class TrainerTests
{
    private static readonly LlamaConfig Model = new() { VocabularySize = 32, HiddenSize = 16, Layers = 1, Heads = 2, KvHeads = 1, FfnSize = 24, MaxPositions = 8 };

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_skips_the_step_is_counted_and_leaves_the_state_alone(float poison)
    {
        using var trainer = Create(Precision.Fp32);
        trainer.TrainStep();
        var norm = trainer.Parameters.Master[ParameterNames.FinalNorm];
        var healthy = norm.data<float>()[3];
        norm.data<float>()[3] = poison;
        var weights = trainer.Parameters.Master.Flat.data<float>().ToArray();
        var moments = trainer.Optimizer.ExpAvg.Flat.data<float>().ToArray();
        var skipped = trainer.TrainStep();
        Assert.True(skipped.Skipped);
        Assert.Equal(1, trainer.SkippedSteps);
        Assert.Equal(1, trainer.Optimizer.Updates);
        Assert.Equal(2, trainer.Step);
        Assert.Equal(weights, trainer.Parameters.Master.Flat.data<float>().ToArray());
        Assert.Equal(moments, trainer.Optimizer.ExpAvg.Flat.data<float>().ToArray());
        norm.data<float>()[3] = healthy;
        Assert.False(trainer.TrainStep().Skipped);
        Assert.Equal(1, trainer.SkippedSteps);
    }

    [Theory]
    [InlineData(Precision.Fp32)]
    [InlineData(Precision.Bf16)]
    public void A_steady_step_allocates_no_tensor_and_almost_no_managed_memory(Precision precision)
    {
        using var trainer = Create(precision);
        for (var step = 0; step < 3; step++)
        {
            trainer.TrainStep();
        }

        var native = torch.memory_statistics().Allocations;
        var managed = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 10; step++)
        {
            trainer.TrainStep();
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - managed) / 10, 0, 1024);
        Assert.Equal(native, torch.memory_statistics().Allocations);
    }

    [Fact]
    public void Samples_that_are_used_up_end_training_with_both_numbers()
    {
        using var trainer = Create(Precision.Fp32, samples: 5);
        trainer.TrainStep();
        trainer.TrainStep();
        var error = Assert.Throws<InvalidOperationException>(() => trainer.TrainStep());
        Assert.Contains("samples 4 to 5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_sample_is_consumed_once_and_in_order()
    {
        var samples = new CountedSamples(100);
        using var trainer = Create(Precision.Fp32, source: samples);
        for (var step = 0; step < 5; step++)
        {
            trainer.TrainStep();
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(index => (long)index), samples.Asked);
    }

    private static Trainer Create(Precision precision, long samples = 1000, ISampleSource? source = null) => new(
        Model,
        new TrainerOptions
        {
            Steps = 100,
            MicroBatch = 1,
            GlobalBatch = 2,
            SequenceLength = 8,
            Precision = precision,
            LearningRate = new LearningRateSchedule(1e-3, 1e-4, 2, 100, DecayStyle.Cosine),
        },
        source ?? new CountedSamples(samples),
        null,
        new FusedKernels(),
        Device.CPU,
        TimeProvider.System);

    private sealed class CountedSamples(long count) : ISampleSource
    {
        public List<long> Asked { get; } = new(1 << 12);

        public long Count => count;

        public int SequenceLength => 8;

        public void Get(long index, Span<int> destination)
        {
            Asked.Add(index);
            for (var position = 0; position < destination.Length; position++)
            {
                destination[position] = (int)((index * 7 + position * 3) % 32);
            }
        }
    }
}
