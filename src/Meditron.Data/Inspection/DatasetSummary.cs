namespace Meditron.Data.Inspection;

/// <summary>What a dataset holds.</summary>
public sealed record DatasetSummary
{
    /// <summary>Documents.</summary>
    public required long Documents { get; init; }

    /// <summary>Sequences, of which a document has one or more.</summary>
    public required long Sequences { get; init; }

    /// <summary>Tokens.</summary>
    public required long Tokens { get; init; }

    /// <summary>The shortest sequence's tokens.</summary>
    public required int Shortest { get; init; }

    /// <summary>Tokens that half of the sequences do not exceed.</summary>
    public required int Median { get; init; }

    /// <summary>The longest sequence's tokens.</summary>
    public required int Longest { get; init; }

    /// <summary>Tokens a sequence has on average.</summary>
    public double Mean => Sequences == 0 ? 0 : (double)Tokens / Sequences;

    /// <summary>How many sequences have how many tokens.</summary>
    public required IReadOnlyList<LengthBucket> Histogram { get; init; }

    /// <summary>The largest token.</summary>
    public required int LargestToken { get; init; }

    /// <summary>How many different tokens occur.</summary>
    public required int DistinctTokens { get; init; }

    /// <summary>The entropy of the tokens taken one by one, in nats: the loss of the best model that knows only how frequent each is.</summary>
    public required double UnigramEntropy { get; init; }

    /// <summary>Some sequences, decoded.</summary>
    public required IReadOnlyList<InspectedSample> Samples { get; init; }
}
