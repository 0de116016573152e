namespace Meditron.Data.Curation;

/// <summary>A step of the pipeline that decides about one document by itself: keep it, change it, or drop it for a reason. Safe to call from several threads at once.</summary>
public interface IDocumentStep
{
    /// <summary>The step's name in the report and the configuration.</summary>
    string Name { get; }

    /// <summary>Decides about one document; the same document always gets the same answer.</summary>
    StepResult Apply(CorpusDocument document);
}
