namespace Meditron.Data.Curation.Papers;

/// <summary>A block of a section: a paragraph, a list item, a display formula, or the place where a figure or table stands.</summary>
public sealed record PaperBlock
{
    /// <summary>What the block is.</summary>
    public PaperBlockKind Kind { get; init; }

    /// <summary>The text, references included as printed; empty for a figure or table.</summary>
    public string Text { get; init; } = "";

    /// <summary>Inline references, ordered by start and not overlapping.</summary>
    public IReadOnlyList<InlineReference> References { get; init; } = [];

    /// <summary>The id of the figure or table that stands here.</summary>
    public string? FloatId { get; init; }

    /// <summary>Depth of a list item, 0 for the outermost list.</summary>
    public int Depth { get; init; }
}
