namespace Meditron.Data.Curation.Settings;

/// <summary>Exact duplicates, and duplicates by id.</summary>
public sealed record DuplicateSettings
{
    /// <summary>The subsets in which the first characters alone decide (the paper's guidelines).</summary>
    public IReadOnlyList<string> PrefixSubsets { get; init; } = ["guidelines"];

    /// <summary>How many characters the prefix key looks at; only their letters and digits count.</summary>
    public int PrefixCharacters { get; init; } = 500;

    /// <summary>The subsets whose documents may share an id, best first: of an abstract and its full text, the full text stays.</summary>
    public IReadOnlyList<string> IdPriority { get; init; } = ["papers", "abstracts"];

    internal void Validate() =>
        Check.That(PrefixCharacters is >= 10 and <= 100_000, "duplicates.prefix-characters", PrefixCharacters, "10 to 100000");
}
