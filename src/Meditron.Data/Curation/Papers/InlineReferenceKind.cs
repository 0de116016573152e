namespace Meditron.Data.Curation.Papers;

/// <summary>What an inline reference refers to.</summary>
public enum InlineReferenceKind
{
    /// <summary>An entry of the bibliography.</summary>
    Citation,

    /// <summary>A figure.</summary>
    Figure,

    /// <summary>A table.</summary>
    Table,

    /// <summary>Not a reference: the span is a formula.</summary>
    Formula,

    /// <summary>A footnote.</summary>
    Footnote,
}
