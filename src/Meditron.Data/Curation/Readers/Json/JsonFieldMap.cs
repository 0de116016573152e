namespace Meditron.Data.Curation.Readers.Json;

/// <summary>Which properties of a JSON record hold what: for each part of a document the names to look for, the first present one wins.</summary>
/// <remarks>A name with dots is a path (<c>metadata.title</c>). A text field may hold a string or an array of strings, which are joined as paragraphs.</remarks>
public sealed record JsonFieldMap
{
    /// <summary>The text; a record without any of these is set aside.</summary>
    public IReadOnlyList<string> Text { get; init; } = ["text", "clean_text", "content", "body", "raw_text", "abstract"];

    /// <summary>The title.</summary>
    public IReadOnlyList<string> Title { get; init; } = ["title", "metadata.title"];

    /// <summary>The identity inside the subset; without it one is made of the source and the record's place.</summary>
    public IReadOnlyList<string> Id { get; init; } = ["id", "_id", "doc_id", "paper_id", "corpusid", "pmid"];

    /// <summary>The publisher inside the subset.</summary>
    public IReadOnlyList<string> Source { get; init; } = ["source"];

    /// <summary>The address.</summary>
    public IReadOnlyList<string> Url { get; init; } = ["url", "metadata.url"];

    /// <summary>The licence.</summary>
    public IReadOnlyList<string> License { get; init; } = ["license", "licence", "openaccessinfo.license"];

    /// <summary>The language code.</summary>
    public IReadOnlyList<string> Language { get; init; } = ["language", "lang"];

    /// <summary>The year of publication.</summary>
    public IReadOnlyList<string> Year { get; init; } = ["year", "metadata.year", "publication_year"];

    /// <summary>The journal.</summary>
    public IReadOnlyList<string> Journal { get; init; } = ["journal", "journal.name", "venue", "metadata.journal"];

    /// <summary>The number of citations.</summary>
    public IReadOnlyList<string> Citations { get; init; } = ["citationcount", "citation_count", "citations"];

    /// <summary>Publication types.</summary>
    public IReadOnlyList<string> PublicationTypes { get; init; } = ["publicationtypes", "publication_types"];

    /// <summary>MeSH headings.</summary>
    public IReadOnlyList<string> MeshTerms { get; init; } = ["mesh", "mesh_terms", "meshes"];

    /// <summary>The PubMed id, shared with the full text.</summary>
    public IReadOnlyList<string> PubMedId { get; init; } = ["pmid", "pubmed_id", "externalids.PubMed", "openaccessinfo.externalids.PubMed"];

    /// <summary>The PMC id.</summary>
    public IReadOnlyList<string> PmcId { get; init; } = ["pmcid", "pmc_id", "externalids.PubMedCentral", "openaccessinfo.externalids.PubMedCentral"];

    /// <summary>The DOI.</summary>
    public IReadOnlyList<string> Doi { get; init; } = ["doi", "externalids.DOI", "openaccessinfo.externalids.DOI"];

    /// <summary>The Semantic Scholar corpus id.</summary>
    public IReadOnlyList<string> CorpusId { get; init; } = ["corpusid", "corpus_id", "externalids.CorpusId"];

    /// <summary>The map for PubMed abstracts in JSON: the abstract's text under its usual names.</summary>
    public static JsonFieldMap Abstracts { get; } = new()
    {
        Text = ["abstract", "abstract_text", "abstractText", "AbstractText", "text"],
        Title = ["title", "article_title", "ArticleTitle"],
        Id = ["pmid", "PMID", "pubmed_id", "corpusid", "id"],
    };
}
