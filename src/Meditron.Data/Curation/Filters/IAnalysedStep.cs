using Meditron.Data.Curation.Analysis;

namespace Meditron.Data.Curation.Filters;

/// <summary>A step that wants the analysis of the text, which the pipeline makes once for all of them.</summary>
public interface IAnalysedStep : IDocumentStep
{
    /// <summary>Decides about a document whose text has been analysed.</summary>
    StepResult Apply(CorpusDocument document, DocumentAnalysis analysis);
}
