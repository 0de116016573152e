namespace Meditron.Data.Curation;

/// <summary>Facts about a document that are not its text: used for the datasheet, for duplicates by id, and for upsampling.</summary>
public sealed record DocumentMetadata
{
    /// <summary>Metadata of a document about which nothing is known.</summary>
    public static DocumentMetadata None { get; } = new();

    /// <summary>The address it was published at.</summary>
    public string? Url { get; init; }

    /// <summary>The licence, as its source states it.</summary>
    public string? License { get; init; }

    /// <summary>The language code its source states (<c>en</c>), not the one the language filter finds.</summary>
    public string? Language { get; init; }

    /// <summary>The year of publication.</summary>
    public int? Year { get; init; }

    /// <summary>The journal's title.</summary>
    public string? Journal { get; init; }

    /// <summary>Publication types as PubMed names them (<c>Meta-Analysis</c>, <c>Review</c>, ...).</summary>
    public IReadOnlyList<string> PublicationTypes { get; init; } = [];

    /// <summary>MeSH headings.</summary>
    public IReadOnlyList<string> MeshTerms { get; init; } = [];

    /// <summary>How often it has been cited.</summary>
    public int? Citations { get; init; }

    /// <summary>The paper's identity across subsets (<c>S2ORC</c> corpus id, PubMed id or DOI, lower-cased with its kind, such as <c>pmid:123</c>): an abstract and its full text share one.</summary>
    public IReadOnlyList<string> SharedIds { get; init; } = [];
}
