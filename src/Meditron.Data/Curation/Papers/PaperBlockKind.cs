namespace Meditron.Data.Curation.Papers;

/// <summary>What a block of a section is.</summary>
public enum PaperBlockKind
{
    /// <summary>A paragraph.</summary>
    Paragraph,

    /// <summary>An item of a list.</summary>
    ListItem,

    /// <summary>A display formula.</summary>
    Formula,

    /// <summary>The place of a figure.</summary>
    Figure,

    /// <summary>The place of a table.</summary>
    Table,
}
