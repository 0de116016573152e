namespace Meditron.Data.Curation.Languages;

/// <summary>What the identifier found.</summary>
/// <param name="Language">The likeliest language's code; <c>und</c> where there are no letters.</param>
/// <param name="Letters">How many letters decided.</param>
/// <param name="Margin">How much likelier it is than English: the difference of the log-likelihoods for each trigram; 0 for English.</param>
public readonly record struct LanguageGuess(string Language, int Letters, double Margin)
{
    /// <summary>Below this margin English cannot be ruled out: lists of names and Latin terms read as a little of everything.</summary>
    public const double Undecided = 0.3;

    /// <summary>Whether the text may be in this language although another is likelier; only for English, which the identifier is made to tell from others.</summary>
    public bool MayBe(string language) => language == "en" && (Language == "und" || Margin < Undecided);
}
