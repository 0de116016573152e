namespace Meditron.Data.Curation.Papers;

/// <summary>A scientific paper as its source structures it: what the JATS and S2ORC readers yield and the formatting rules turn into text.</summary>
public sealed record StructuredPaper
{
    /// <summary>The title.</summary>
    public string Title { get; init; } = "";

    /// <summary>The abstract; a structured abstract has one section for each of its parts.</summary>
    public IReadOnlyList<PaperSection> Abstract { get; init; } = [];

    /// <summary>The body's sections in order.</summary>
    public IReadOnlyList<PaperSection> Sections { get; init; } = [];

    /// <summary>Sections after the body (acknowledgements, conflicts of interest, appendices), which formatting may drop.</summary>
    public IReadOnlyList<PaperSection> BackMatter { get; init; } = [];

    /// <summary>Figures by id.</summary>
    public IReadOnlyList<PaperFloat> Figures { get; init; } = [];

    /// <summary>Tables by id.</summary>
    public IReadOnlyList<PaperFloat> Tables { get; init; } = [];

    /// <summary>The bibliography in order.</summary>
    public IReadOnlyList<BibliographyEntry> Bibliography { get; init; } = [];
}
