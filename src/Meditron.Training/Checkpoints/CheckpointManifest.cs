using System.Text.Json.Serialization;

namespace Meditron.Training.Checkpoints;

/// <summary>What a checkpoint folder holds: where training stood, and which slice of which tensor is in which file.</summary>
public sealed record CheckpointManifest
{
    /// <summary>The version this code writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Version of the manifest's format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Steps finished.</summary>
    public required int Step { get; init; }

    /// <summary>Optimizer updates made; steps less those skipped for a non-finite gradient.</summary>
    public required long Updates { get; init; }

    /// <summary>Steps skipped for a non-finite gradient.</summary>
    public required long SkippedSteps { get; init; }

    /// <summary>Samples consumed; the only state of the data order.</summary>
    public required long SamplesConsumed { get; init; }

    /// <summary>Generation of the layout that wrote the checkpoint.</summary>
    public required long Generation { get; init; }

    /// <summary>Layout that wrote the checkpoint.</summary>
    public required CheckpointLayout Layout { get; init; }

    /// <summary>Shape of the model.</summary>
    public required Llama.LlamaConfig Model { get; init; }

    /// <summary>Hash of the tokenizer the run uses, or empty.</summary>
    public string TokenizerHash { get; init; } = "";

    /// <summary>Hash of the data set and its sampling settings, or empty.</summary>
    public string DataHash { get; init; } = "";

    /// <summary>The resolved configuration, as HOCON text.</summary>
    public string Configuration { get; init; } = "";

    /// <summary>Validation loss at the step, where it was measured.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>What the steps before came to, as far as the verdicts on later ones depend on it, oldest first.</summary>
    public IReadOnlyList<CheckpointStep> History { get; init; } = [];

    /// <summary>Parts of the run whose updates do not count, in their order.</summary>
    public IReadOnlyList<Divergence.Rollback> Rollbacks { get; init; } = [];

    /// <summary>The tensors.</summary>
    public required IReadOnlyList<CheckpointTensor> Tensors { get; init; }

    /// <summary>The files, with the checksums of their blocks.</summary>
    public required IReadOnlyList<CheckpointFile> Files { get; init; }

    /// <summary>Where training stood.</summary>
    [JsonIgnore]
    public Recovery.StepPosition Position
    {
        get
        {
            var last = History.LastOrDefault(entry => entry.Step == Step);
            return new(Step, SamplesConsumed, Updates, SkippedSteps, last?.Loss ?? double.NaN, last?.GradientNorm ?? double.NaN, last?.LearningRate ?? 0, last?.InARow ?? 0);
        }
    }

    /// <summary>Bytes of all files.</summary>
    [JsonIgnore]
    public long Bytes => Files.Sum(file => file.Bytes);
}
