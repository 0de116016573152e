namespace Meditron.Data.Curation.Report;

/// <summary>A row of the paper's table 1.</summary>
public sealed record SubsetRow
{
    /// <summary>The subset.</summary>
    public string Subset { get; init; } = "";

    /// <summary>Documents to train on.</summary>
    public long TrainDocuments { get; init; }

    /// <summary>Documents held out.</summary>
    public long ValidationDocuments { get; init; }

    /// <summary>Words to train on.</summary>
    public long TrainWords { get; init; }

    /// <summary>Words held out.</summary>
    public long ValidationWords { get; init; }

    /// <summary>Tokens to train on; null where nothing was tokenized.</summary>
    public long? TrainTokens { get; init; }

    /// <summary>Tokens held out; null where nothing was tokenized.</summary>
    public long? ValidationTokens { get; init; }
}
