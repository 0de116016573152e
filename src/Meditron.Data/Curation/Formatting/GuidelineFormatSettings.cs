namespace Meditron.Data.Curation.Formatting;

/// <summary>The rules for guideline pages: those of each source, and the common cleaning after them, each part of which can be switched off.</summary>
public sealed record GuidelineFormatSettings
{
    /// <summary>Rules of sources, before the built-in ones of the same name; a source without any gets the common cleaning alone.</summary>
    public IReadOnlyList<GuidelineSourceRules> Sources { get; init; } = [];

    /// <summary>Whether the built-in rules of the paper's 16 sources and of MedQuAD apply.</summary>
    public bool BuiltInSources { get; init; } = true;

    /// <summary>CSS selectors of a page's content for sources without their own, the first that is found; else the body.</summary>
    public IReadOnlyList<string> ContentSelectors { get; init; } = ["main", "article", "[role=main]", "#content", "#main-content", ".content"];

    /// <summary>CSS selectors of what is never content.</summary>
    public IReadOnlyList<string> RemoveSelectors { get; init; } =
        ["nav", "body > header", "body > footer", "aside", "form", "[role=navigation]", "[role=banner]", "[role=contentinfo]", "[aria-hidden=true]", ".breadcrumb", ".breadcrumbs", ".cookie-banner", ".advertisement", ".social-share"];

    /// <summary>The title as a header above the text, where it is not there already.</summary>
    public bool Title { get; init; } = true;

    /// <summary>Addresses removed; of a Markdown link its text stays.</summary>
    public bool StripUrls { get; init; } = true;

    /// <summary>Numbered references in square brackets, notes such as <c>[edit]</c>, and tags in angle brackets removed.</summary>
    public bool StripReferences { get; init; } = true;

    /// <summary>Marks of list items written as <c>- </c>.</summary>
    public bool Bullets { get; init; } = true;

    /// <summary>Odd glyphs made plain.</summary>
    public bool Glyphs { get; init; } = true;

    /// <summary>The deepest header; deeper ones get this many <c>#</c>. 0 leaves headers alone.</summary>
    public int MaximumHeaderDepth { get; init; } = 3;

    /// <summary>Lines without a letter left out.</summary>
    public bool DropLinesWithoutLetters { get; init; } = true;

    /// <summary>At most one blank line between paragraphs.</summary>
    public bool Newlines { get; init; } = true;

    /// <summary>Documents with fewer characters are dropped.</summary>
    public int MinimumCharacters { get; init; } = 10;

    /// <summary>The rules for <paramref name="source"/>, or rules that do nothing.</summary>
    public GuidelineSourceRules RulesFor(string source) =>
        AllSources().FirstOrDefault(rules => rules.Name.Equals(source, StringComparison.OrdinalIgnoreCase)) ?? new GuidelineSourceRules { Name = source };

    /// <summary>The rules in force, the first of a name being the one that counts.</summary>
    public IEnumerable<GuidelineSourceRules> AllSources() => BuiltInSources ? Sources.Concat(GuidelineSources.Defaults) : Sources;
}
