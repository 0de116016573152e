namespace Meditron.Data.Curation.Settings;

/// <summary>The length filter.</summary>
public sealed record LengthSettings
{
    /// <summary>The fewest characters a document may have (the paper's guidelines: 10).</summary>
    public int MinCharacters { get; init; } = 10;

    /// <summary>The fewest words a document may have.</summary>
    public int MinWords { get; init; }

    /// <summary>The most characters a document may have; 0 for no limit.</summary>
    public int MaxCharacters { get; init; }

    internal void Validate()
    {
        Check.That(MinCharacters >= 0, "length.min-characters", MinCharacters, "0 or more");
        Check.That(MinWords >= 0, "length.min-words", MinWords, "0 or more");
        Check.That(MaxCharacters >= 0, "length.max-characters", MaxCharacters, "0 (no limit) or more");
    }
}
