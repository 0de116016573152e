using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Curation.Filters;

/// <summary>Drops documents that are mostly digits and symbols: tables without their frame, logs, broken encodings.</summary>
public sealed class LettersFilter(LettersSettings settings) : AnalysedStep
{
    /// <inheritdoc/>
    public override string Name => CurationStep.Letters;

    /// <inheritdoc/>
    public override StepResult Apply(CorpusDocument document, DocumentAnalysis analysis)
    {
        var share = analysis.Visible == 0 ? 0 : (double)analysis.Letters / analysis.Visible;
        return share < settings.MinShare
            ? StepResult.Drop(DropReason.Letters, FormattableString.Invariant($"{share:0.00} of the visible characters are letters, less than {settings.MinShare:0.00}"))
            : StepResult.Keep(document);
    }
}
