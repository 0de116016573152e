namespace Meditron.Training.Runs;

/// <summary>One line of <c>metrics.jsonl</c>.</summary>
public sealed record MetricsLine
{
    /// <summary>Steps finished.</summary>
    public required int Step { get; init; }

    /// <summary>Mean training loss of the step, in nats a token.</summary>
    public required double Loss { get; init; }

    /// <summary>Mean validation loss, where it was measured after this step.</summary>
    public double? ValidationLoss { get; init; }

    /// <summary>Learning rate of the step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Global norm of the gradients before clipping.</summary>
    public required double GradNorm { get; init; }

    /// <summary>Whether the update was skipped for a non-finite gradient.</summary>
    public bool Skipped { get; init; }

    /// <summary>Training tokens consumed so far.</summary>
    public required long Tokens { get; init; }

    /// <summary>Tokens a second in this step.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Matrix work in 1e9 floating-point operations a second in this step.</summary>
    public required double Gflops { get; init; }

    /// <summary>Seconds for which the copy of the state on another machine held the step up, where it is copied.</summary>
    public double? CopySeconds { get; init; }

    /// <summary>Wall-clock time at which the line was written, UTC.</summary>
    public required DateTimeOffset Time { get; init; }
}
