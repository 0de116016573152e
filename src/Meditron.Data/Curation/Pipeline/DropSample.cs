namespace Meditron.Data.Curation.Pipeline;

/// <summary>A dropped document, kept for inspection.</summary>
public sealed record DropSample
{
    /// <summary>The step that dropped it.</summary>
    public string Step { get; init; } = "";

    /// <summary>The reason.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What was measured, or which document stayed instead.</summary>
    public string? Detail { get; init; }

    /// <summary>Its subset.</summary>
    public string Subset { get; init; } = "";

    /// <summary>Its source.</summary>
    public string Source { get; init; } = "";

    /// <summary>Its id.</summary>
    public string Id { get; init; } = "";

    /// <summary>Its title.</summary>
    public string Title { get; init; } = "";

    /// <summary>The beginning of its text.</summary>
    public string Excerpt { get; init; } = "";

    /// <summary>Samples with the smallest draws are kept: a uniform sample that does not depend on the order of the documents.</summary>
    public ulong Draw { get; init; }
}
