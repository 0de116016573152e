using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Languages;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Curation.Filters;

/// <summary>Drops documents that are not in one of the languages that are kept.</summary>
public sealed class LanguageFilter(LanguageSettings settings) : AnalysedStep
{
    /// <inheritdoc/>
    public override string Name => CurationStep.Language;

    /// <inheritdoc/>
    public override StepResult Apply(CorpusDocument document, DocumentAnalysis analysis)
    {
        var text = document.Text.AsSpan(0, Math.Min(document.Text.Length, settings.SampleCharacters));
        var guess = LanguageIdentifier.Identify(text);
        if (guess.Letters < settings.MinLetters)
        {
            return StepResult.Keep(document);
        }

        for (var i = 0; i < settings.Keep.Count; i++)
        {
            if (settings.Keep[i] == guess.Language || guess.MayBe(settings.Keep[i]))
            {
                return StepResult.Keep(document);
            }
        }

        return StepResult.Drop(DropReason.Language, FormattableString.Invariant($"reads as {guess.Language}, by {guess.Margin:0.00} a letter over English"));
    }
}
