namespace Meditron.Data.Sampling;

/// <summary>Which samples a run needs.</summary>
public sealed record SampleSetOptions
{
    /// <summary>The datasets and their shares.</summary>
    public required IReadOnlyList<WeightedPath> Paths { get; init; }

    /// <summary>Tokens a sample's input has.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>How the sequences of each dataset are split into training, validation and test.</summary>
    public string Split { get; init; } = DataSplit.Default;

    /// <summary>Samples needed to train.</summary>
    public long TrainSamples { get; init; }

    /// <summary>Samples needed to validate.</summary>
    public long ValidationSamples { get; init; }

    /// <summary>Samples needed to test.</summary>
    public long TestSamples { get; init; }

    /// <summary>The shuffles' seed.</summary>
    public uint Seed { get; init; } = 1234;

    /// <summary>Where sample indices are kept; empty for beside the datasets, as Megatron does; null for nowhere.</summary>
    public string? CacheFolder { get; init; } = "";
}
