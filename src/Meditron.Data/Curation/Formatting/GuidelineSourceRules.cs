namespace Meditron.Data.Curation.Formatting;

/// <summary>How the pages of one guideline source are cut to their content; line rules are written as <see cref="LineRule"/> reads them.</summary>
public sealed record GuidelineSourceRules
{
    /// <summary>The source's name, compared with a document's source without regard to case.</summary>
    public required string Name { get; init; }

    /// <summary>CSS selectors of the element that holds the content, the first that is found; before the general ones.</summary>
    public IReadOnlyList<string> ContentSelectors { get; init; } = [];

    /// <summary>CSS selectors of elements to take out of the page, besides the general ones.</summary>
    public IReadOnlyList<string> RemoveSelectors { get; init; } = [];

    /// <summary>The text begins after the first line that one of these recognises; where none does, at its beginning.</summary>
    public IReadOnlyList<string> Start { get; init; } = [];

    /// <summary>Lines to leave out.</summary>
    public IReadOnlyList<string> Remove { get; init; } = [];

    /// <summary>The text ends before the first line that one of these recognises.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Whether runs of three and more spaces end a line, as in text whose lists were flattened into paragraphs (MedQuAD).</summary>
    public bool WideSpacesBreakLines { get; init; }
}
