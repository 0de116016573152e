namespace Meditron.Training.Checkpoints;

/// <summary>Where training stood when a checkpoint was taken, and what it was training.</summary>
public sealed record CheckpointPosition
{
    /// <summary>Steps finished.</summary>
    public required int Step { get; init; }

    /// <summary>Optimizer updates made.</summary>
    public required long Updates { get; init; }

    /// <summary>Steps skipped for a non-finite gradient.</summary>
    public required long SkippedSteps { get; init; }

    /// <summary>Samples consumed.</summary>
    public required long SamplesConsumed { get; init; }

    /// <summary>Generation of the layout.</summary>
    public long Generation { get; init; }

    /// <summary>Hash of the tokenizer, or empty.</summary>
    public string TokenizerHash { get; init; } = "";

    /// <summary>Hash of the data and its order, or empty.</summary>
    public string DataHash { get; init; } = "";

    /// <summary>The resolved configuration as HOCON text.</summary>
    public string Configuration { get; init; } = "";

    /// <summary>Validation loss at the step, where it was measured.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>What the steps before came to, as far as the verdicts on later ones depend on it, oldest first.</summary>
    public IReadOnlyList<CheckpointStep> History { get; init; } = [];

    /// <summary>Parts of the run whose updates do not count, in their order.</summary>
    public IReadOnlyList<Divergence.Rollback> Rollbacks { get; init; } = [];
}
