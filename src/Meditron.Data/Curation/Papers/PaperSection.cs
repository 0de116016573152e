namespace Meditron.Data.Curation.Papers;

/// <summary>A section of a paper: its header, its blocks, and the sections nested in it.</summary>
public sealed record PaperSection
{
    /// <summary>The header; empty for text before the first header.</summary>
    public string Header { get; init; } = "";

    /// <summary>The section's number as printed (<c>2.1</c>), or null.</summary>
    public string? Number { get; init; }

    /// <summary>The blocks before the first nested section, in order.</summary>
    public IReadOnlyList<PaperBlock> Blocks { get; init; } = [];

    /// <summary>The nested sections.</summary>
    public IReadOnlyList<PaperSection> Sections { get; init; } = [];
}
