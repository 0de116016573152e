using System.ComponentModel.DataAnnotations;
using Meditron.Llama;

namespace Meditron.Training.Settings;

/// <summary>Batches, optimizer and schedule: <c>meditron.training</c>.</summary>
public sealed record TrainingSettings : IValidatableObject
{
    /// <summary>Optimizer steps of the whole run.</summary>
    [Range(1, int.MaxValue)]
    public required int Steps { get; init; }

    /// <summary>Sequences computed at once by one worker.</summary>
    [Range(1, 1 << 20)]
    public required int MicroBatch { get; init; }

    /// <summary>Sequences of one optimizer step.</summary>
    [Range(1, 1 << 24)]
    public required int GlobalBatch { get; init; }

    /// <summary>Tokens of a sequence.</summary>
    [Range(1, 1 << 26)]
    public required int SequenceLength { get; init; }

    /// <summary>Seed of the initial weights and of the order of the samples.</summary>
    [Range(0, int.MaxValue)]
    public required int Seed { get; init; }

    /// <summary>Peak learning rate.</summary>
    [Range(0.0, 100.0)]
    public required double LearningRate { get; init; }

    /// <summary>Learning rate at the end of the decay.</summary>
    [Range(0.0, 100.0)]
    public required double MinLearningRate { get; init; }

    /// <summary>Steps of linear warm-up from zero.</summary>
    [Range(0, int.MaxValue)]
    public required int WarmupSteps { get; init; }

    /// <summary>Step at which the minimum is reached; 0: the last one.</summary>
    [Range(0, int.MaxValue)]
    public required int DecaySteps { get; init; }

    /// <summary>Shape of the decay.</summary>
    public required DecayStyle DecayStyle { get; init; }

    /// <summary>AdamW's decay rate of the first moment.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public required double Beta1 { get; init; }

    /// <summary>AdamW's decay rate of the second moment.</summary>
    [Range(0.0, 1.0, MaximumIsExclusive = true)]
    public required double Beta2 { get; init; }

    /// <summary>AdamW's epsilon.</summary>
    [Range(0.0, 1.0, MinimumIsExclusive = true)]
    public required double Eps { get; init; }

    /// <summary>AdamW's decoupled weight decay.</summary>
    [Range(0.0, 100.0)]
    public required double WeightDecay { get; init; }

    /// <summary>Largest global gradient norm; 0: no clipping.</summary>
    [Range(0.0, double.MaxValue)]
    public required double ClipGrad { get; init; }

    /// <summary>Activations computed again in the backward pass.</summary>
    public required Recompute Recompute { get; init; }

    /// <summary>A step in so many is reported.</summary>
    [Range(1, int.MaxValue)]
    public required int LogInterval { get; init; }

    /// <summary>The validation loss is measured every so many steps; 0: never.</summary>
    [Range(0, int.MaxValue)]
    public required int EvalInterval { get; init; }

    /// <summary>Micro-batches of one validation.</summary>
    [Range(1, int.MaxValue)]
    public required int EvalBatches { get; init; }

    /// <summary>Step at which the decay ends.</summary>
    public int DecayEnd => DecaySteps == 0 ? Steps : DecaySteps;

    /// <summary>Micro-batches of one optimizer step on one worker.</summary>
    public int Accumulation => GlobalBatch / MicroBatch;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (GlobalBatch % MicroBatch != 0)
        {
            yield return new($"global-batch must be a multiple of micro-batch, which is {MicroBatch}. The nearest multiples are {Math.Max(1, GlobalBatch / MicroBatch) * MicroBatch} and {((GlobalBatch / MicroBatch) + 1) * MicroBatch}.", [nameof(GlobalBatch)]);
        }

        if (MinLearningRate > LearningRate)
        {
            yield return new($"min-learning-rate must not be above learning-rate, which is {LearningRate}.", [nameof(MinLearningRate)]);
        }

        if (WarmupSteps > DecayEnd)
        {
            yield return new($"warmup-steps must not be above {(DecaySteps == 0 ? "steps" : "decay-steps")}, which is {DecayEnd}.", [nameof(WarmupSteps)]);
        }
    }
}
