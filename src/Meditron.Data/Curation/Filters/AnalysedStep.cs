using Meditron.Data.Curation.Analysis;

namespace Meditron.Data.Curation.Filters;

/// <summary>The part all analysed steps share: used alone, a step makes the analysis itself.</summary>
public abstract class AnalysedStep : IAnalysedStep
{
    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public StepResult Apply(CorpusDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        var analysis = new DocumentAnalysis();
        analysis.Analyse(document.Text);
        return Apply(document, analysis);
    }

    /// <inheritdoc/>
    public abstract StepResult Apply(CorpusDocument document, DocumentAnalysis analysis);
}
