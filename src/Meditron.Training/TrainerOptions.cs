using Meditron.Llama;
using Meditron.Training.Divergence;
using Meditron.Training.Optimization;

namespace Meditron.Training;

/// <summary>What one training step does: batch shape, precision, schedule and optimizer.</summary>
public sealed record TrainerOptions
{
    /// <summary>Steps of the whole run.</summary>
    public required int Steps { get; init; }

    /// <summary>Sequences in a micro-batch.</summary>
    public required int MicroBatch { get; init; }

    /// <summary>Sequences in a step, over all micro-batches.</summary>
    public required int GlobalBatch { get; init; }

    /// <summary>Tokens in a sequence.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>Seed of the initial weights.</summary>
    public ulong Seed { get; init; } = 1234;

    /// <summary>Number format of the products.</summary>
    public Precision Precision { get; init; } = Precision.Fp32;

    /// <summary>What the backward pass computes again.</summary>
    public Recompute Recompute { get; init; } = Recompute.None;

    /// <summary>The learning rate of each step.</summary>
    public required LearningRateSchedule LearningRate { get; init; }

    /// <summary>The optimizer's constants.</summary>
    public AdamWOptions Optimizer { get; init; } = new();

    /// <summary>What is done about steps that diverge.</summary>
    public DivergenceOptions Divergence { get; init; } = new();

    /// <summary>Micro-batches of validation data that <see cref="Trainer.Validate"/> averages over.</summary>
    public int EvalBatches { get; init; } = 8;

    /// <summary>Micro-batches in a step.</summary>
    public int MicroBatches => GlobalBatch / MicroBatch;

    /// <summary>Tokens in a step.</summary>
    public long TokensPerStep => (long)GlobalBatch * SequenceLength;

    /// <summary>Throws unless the options fit together.</summary>
    /// <exception cref="LlamaConfigException">A size is out of range or does not divide another.</exception>
    public void Validate()
    {
        if (MicroBatch < 1 || GlobalBatch < 1 || GlobalBatch % MicroBatch != 0)
        {
            throw new LlamaConfigException(
                $"The global batch of {GlobalBatch} sequences is not a whole number of micro-batches of {MicroBatch}. Change training.global-batch or training.micro-batch.");
        }
    }
}
