using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Curation.Filters;

/// <summary>Drops documents that are too short or too long.</summary>
public sealed class LengthFilter(LengthSettings settings) : AnalysedStep
{
    /// <inheritdoc/>
    public override string Name => CurationStep.Length;

    /// <inheritdoc/>
    public override StepResult Apply(CorpusDocument document, DocumentAnalysis analysis)
    {
        var characters = document.Text.Length;
        if (characters < settings.MinCharacters)
        {
            return StepResult.Drop(DropReason.TooShort, $"{characters} characters, fewer than {settings.MinCharacters}");
        }

        if (analysis.WordCount < settings.MinWords)
        {
            return StepResult.Drop(DropReason.TooShort, $"{analysis.WordCount} words, fewer than {settings.MinWords}");
        }

        return settings.MaxCharacters > 0 && characters > settings.MaxCharacters
            ? StepResult.Drop(DropReason.TooLong, $"{characters} characters, more than {settings.MaxCharacters}")
            : StepResult.Keep(document);
    }
}
