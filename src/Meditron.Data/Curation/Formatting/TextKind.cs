namespace Meditron.Data.Curation.Formatting;

/// <summary>Which rules a document's text is formatted by.</summary>
public enum TextKind
{
    /// <summary>Plain text: <see cref="ProseFormatter"/>.</summary>
    Prose,

    /// <summary>An abstract: <see cref="AbstractFormatter"/>.</summary>
    Abstract,

    /// <summary>A guideline page: <see cref="GuidelineFormatter"/>.</summary>
    Guideline,

    /// <summary>The text stays as read.</summary>
    None,
}
