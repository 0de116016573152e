namespace Meditron.Data.Curation.Settings;

/// <summary>Repetition of training documents by the quality their metadata shows (MEDITRON, table 10: an ablation, off by default).</summary>
public sealed record UpsamplingSettings
{
    /// <summary>The subsets it applies to.</summary>
    public IReadOnlyList<string> Subsets { get; init; } = ["papers", "abstracts"];

    /// <summary>Repeats per unit of score: a document is written 1 + score * fold times, the fraction by chance.</summary>
    public double Fold { get; init; } = 1;

    /// <summary>The year ages are counted from.</summary>
    public int ReferenceYear { get; init; } = 2023;

    /// <summary>Journals that score 1, compared without case and punctuation.</summary>
    public IReadOnlyList<string> ApprovedJournals { get; init; } = [];

    internal void Validate()
    {
        Check.That(Fold is >= 0 and <= 100, "upsampling.fold", Fold, "0 to 100");
        Check.That(ReferenceYear is >= 1800 and <= 3000, "upsampling.reference-year", ReferenceYear, "a year");
    }
}
