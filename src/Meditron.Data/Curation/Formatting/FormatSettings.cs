namespace Meditron.Data.Curation.Formatting;

/// <summary>The settings of the formatting step.</summary>
public sealed record FormatSettings
{
    /// <summary>The rules for papers, which apply to every document with a parsed structure.</summary>
    public PaperFormatSettings Papers { get; init; } = new();

    /// <summary>The rules for abstracts.</summary>
    public AbstractFormatSettings Abstracts { get; init; } = new();

    /// <summary>The rules for guidelines.</summary>
    public GuidelineFormatSettings Guidelines { get; init; } = new();

    /// <summary>The rules for other text.</summary>
    public ProseFormatSettings Prose { get; init; } = new();

    /// <summary>Which rules the documents of a subset get; those of other subsets are prose.</summary>
    public IReadOnlyDictionary<string, TextKind> Subsets { get; init; } = new Dictionary<string, TextKind>(StringComparer.OrdinalIgnoreCase)
    {
        ["abstracts"] = TextKind.Abstract,
        ["guidelines"] = TextKind.Guideline,
        ["replay"] = TextKind.Prose,
    };
}
