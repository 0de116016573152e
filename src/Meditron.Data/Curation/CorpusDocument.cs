using Meditron.Data.Curation.Papers;

namespace Meditron.Data.Curation;

/// <summary>One document of the corpus as it travels through the curation pipeline: its text, where it came from, and what is known about it.</summary>
public sealed record CorpusDocument
{
    /// <summary>The document's identity inside its subset, stable from run to run.</summary>
    public required string Id { get; init; }

    /// <summary>The part of the corpus it belongs to (<c>guidelines</c>, <c>abstracts</c>, <c>papers</c>, <c>replay</c>, or the user's own name).</summary>
    public required string Subset { get; init; }

    /// <summary>The collection or publisher inside the subset (<c>WHO</c>, <c>PMC</c>, ...); empty where none is known.</summary>
    public string Source { get; init; } = "";

    /// <summary>The title without markup; empty where there is none.</summary>
    public string Title { get; init; } = "";

    /// <summary>The text: as read before formatting, as it will be trained on after it.</summary>
    public string Text { get; init; } = "";

    /// <summary>The parsed structure of a paper, set by the readers of structured papers and consumed by the formatting step; never written to a shard.</summary>
    public StructuredPaper? Paper { get; init; }

    /// <summary>What else is known: licence, year, publication types, and so on.</summary>
    public DocumentMetadata Metadata { get; init; } = DocumentMetadata.None;
}
