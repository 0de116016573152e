using System.ComponentModel.DataAnnotations;
using Meditron.Llama;

namespace Meditron.Training.Settings;

/// <summary>Everything under <c>meditron</c>: the settings of a run. Defaults and the meaning of each key are in reference.conf.</summary>
[OtherSections("node", "cmd")]
public sealed record MeditronSettings : IValidatableObject
{
    // MEDITRON's five built-in and twelve domain tokens.
    private const int SpecialTokens = 17;

    /// <summary><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</summary>
    [RegularExpression("auto|cpu|cuda(:[0-9]+)?", ErrorMessage = "auto, cpu, cuda or cuda:N")]
    public required string Device { get; init; }

    /// <summary>Threads that compute; 0: one for each core.</summary>
    [Range(0, 4096)]
    public required int Threads { get; init; }

    /// <summary>Format of the matrix products.</summary>
    public required Precision Precision { get; init; }

    /// <summary>Where the run keeps its files.</summary>
    public required RunSettings Run { get; init; }

    /// <summary>The model.</summary>
    public required ModelSettings Model { get; init; }

    /// <summary>Batches, optimizer and schedule.</summary>
    public required TrainingSettings Training { get; init; }

    /// <summary>How the work is divided over workers.</summary>
    public required ParallelSettings Parallel { get; init; }

    /// <summary>What is trained on.</summary>
    public required DataSettings Data { get; init; }

    /// <summary>How failures are noticed, and how the job goes on.</summary>
    public required RecoverySettings Recovery { get; init; }

    /// <summary>Planned faults.</summary>
    public required ChaosSettings Chaos { get; init; }

    /// <summary>Checkpoints.</summary>
    public required CheckpointSettings Checkpoint { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Recovery.MinData > Parallel.Data)
        {
            yield return new($"recovery.min-data is {Recovery.MinData}, and parallel.data is {Parallel.Data}: a job has no more copies of the model than that. Lower recovery.min-data.");
        }

        if (Recovery.Divergence is { RollsBack: true } policy && (Checkpoint.Interval == 0 || (Checkpoint.KeepLast > 0 && Checkpoint.KeepLast * (long)Checkpoint.Interval < policy.RollbackSteps + Checkpoint.Interval)))
        {
            yield return new(
                $"recovery is to roll back by {policy.RollbackSteps} steps at least, which takes a checkpoint that old: checkpoint.interval is {Checkpoint.Interval} and checkpoint.keep-last {Checkpoint.KeepLast}. "
                + $"Set an interval, and keep at least {(Checkpoint.Interval == 0 ? 2 : policy.RollbackSteps / Checkpoint.Interval + 2)} checkpoints, or choose recovery.loss-spike.action = skip and recovery.non-finite = skip.");
        }

        if (Model.From.Length > 0)
        {
            // The shape is known once the folder is read.
            yield break;
        }

        var model = Model.ToLlama();
        if (Training.SequenceLength > model.MaxPositions)
        {
            yield return new($"training.sequence-length is {Training.SequenceLength}, but the model covers {model.MaxPositions} positions. Shorten the sequences or raise model.max-positions.");
        }

        var tokens = Data.Tokenizer.VocabularySize + (Data.Tokenizer.NewTokens ? SpecialTokens : 0);
        if (Data.Tokenizer.Model.Length == 0 && Model.VocabularySize is { } size && size < tokens)
        {
            yield return new($"model.vocabulary-size is {size}, but the tokenizer to be trained will have {tokens} tokens. Raise it to {tokens}, or leave it out to take the tokenizer's size.");
        }
    }
}
