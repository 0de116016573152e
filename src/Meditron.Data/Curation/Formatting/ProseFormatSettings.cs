namespace Meditron.Data.Curation.Formatting;

/// <summary>The rules for text that is neither paper, abstract nor guideline, such as experience replay: little is changed.</summary>
public sealed record ProseFormatSettings
{
    /// <summary>The title, where there is one, then a blank line.</summary>
    public bool Title { get; init; } = true;

    /// <summary>Whether runs of spaces become one; off, because code and verse live by them.</summary>
    public bool CollapseSpaces { get; init; }

    /// <summary>Whether odd glyphs become plain ones.</summary>
    public bool Glyphs { get; init; } = true;
}
