namespace Meditron.Data.Curation.Settings;

/// <summary>The language filter: which languages are kept, and how much of a document is looked at.</summary>
public sealed record LanguageSettings
{
    /// <summary>The language codes that are kept.</summary>
    public IReadOnlyList<string> Keep { get; init; } = ["en"];

    /// <summary>How many characters of the text decide.</summary>
    public int SampleCharacters { get; init; } = 2000;

    /// <summary>A document with fewer letters than this in the sample is kept undecided.</summary>
    public int MinLetters { get; init; } = 40;

    internal void Validate()
    {
        Check.That(Keep.Count > 0, "language.keep", "[]", "at least one language code, or leave the step language out");
        Check.That(SampleCharacters is >= 100 and <= 1_000_000, "language.sample-characters", SampleCharacters, "100 to 1000000");
        Check.That(MinLetters >= 0, "language.min-letters", MinLetters, "0 or more");
    }
}
