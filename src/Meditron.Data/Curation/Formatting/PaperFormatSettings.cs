namespace Meditron.Data.Curation.Formatting;

/// <summary>Which of the paper's rules turn a structured paper into text; every rule can be switched off.</summary>
public sealed record PaperFormatSettings
{
    /// <summary>The title, then a blank line.</summary>
    public bool Title { get; init; } = true;

    /// <summary>The abstract under a header of its own.</summary>
    public bool Abstract { get; init; } = true;

    /// <summary>Section headers; without them the text runs on.</summary>
    public bool Headers { get; init; } = true;

    /// <summary>Headers in sentence case.</summary>
    public bool SentenceCase { get; init; } = true;

    /// <summary>Numbers off the front of headers.</summary>
    public bool StripHeaderNumbers { get; init; } = true;

    /// <summary>Sections inside sections, and the parts of a structured abstract, get <c>##</c> whatever their words; false goes by the words alone.</summary>
    public bool NestedHeadersAreMinor { get; init; } = true;

    /// <summary>The words that make a header a main section's, with one <c>#</c>.</summary>
    public IReadOnlyList<string> MainKeywords { get; init; } = SectionHeaders.MainKeywords;

    /// <summary>The most words that the header of a main section has.</summary>
    public int MainHeaderWords { get; init; } = 3;

    /// <summary>List items after <c>- </c>, and bullets at the start of paragraphs likewise.</summary>
    public bool Bullets { get; init; } = true;

    /// <summary>In-text citations as <c>[bib_ref] title, author [/bib_ref]</c>; false drops them.</summary>
    public bool Citations { get; init; } = true;

    /// <summary>References to figures and tables as <c>[fig_ref] Figure 1: clause [/fig_ref]</c>; false leaves them as printed.</summary>
    public bool FloatReferences { get; init; } = true;

    /// <summary>The most words of a cited title, and of the caption's clause in a reference.</summary>
    public int ReferenceWords { get; init; } = 12;

    /// <summary>Where captions go, as <c>[fig] ... [/fig]</c> and <c>[table] ... [/table]</c>.</summary>
    public FloatPlacement Floats { get; init; } = FloatPlacement.InPlace;

    /// <summary>Formulas as <c>[formula] ... [/formula]</c>; false leaves their text unmarked.</summary>
    public bool Formulas { get; init; } = true;

    /// <summary>The bibliography at the end, each entry as <c>[bib] title, author [/bib]</c>.</summary>
    public bool Bibliography { get; init; }

    /// <summary>Acknowledgements, notes, appendices after the body.</summary>
    public bool BackMatter { get; init; }

    /// <summary>Sections of the body that are left out with all that is in them, by header without regard to case or number.</summary>
    public IReadOnlyList<string> DropSections { get; init; } =
    [
        "references", "bibliography", "literature cited", "acknowledgement", "acknowledgements", "acknowledgment", "acknowledgments", "authors' contributions",
        "author contributions", "authors' information", "author information", "competing interests", "competing interest", "conflict of interest",
        "conflicts of interest", "declaration of interest", "declaration of competing interest", "disclosure", "disclosures", "funding", "financial support",
        "pre-publication history", "supplementary material", "supplementary materials", "supplementary information", "supplementary data", "supporting information",
        "availability of data and materials", "data availability", "data availability statement", "consent for publication", "publisher's note",
    ];
}
