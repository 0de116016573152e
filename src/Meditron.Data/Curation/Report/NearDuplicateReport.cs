namespace Meditron.Data.Curation.Report;

/// <summary>How near-duplicates were looked for.</summary>
public sealed record NearDuplicateReport
{
    /// <summary>The similarity from which a pair counts.</summary>
    public double Threshold { get; init; }

    /// <summary>Bands of a signature.</summary>
    public int Bands { get; init; }

    /// <summary>Rows of a band.</summary>
    public int Rows { get; init; }

    /// <summary>The expected share of pairs found, by similarity in steps of 0.05 from 0 to 1.</summary>
    public IReadOnlyList<double> ExpectedRecall { get; init; } = [];
}
