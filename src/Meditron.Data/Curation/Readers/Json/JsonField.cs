namespace Meditron.Data.Curation.Readers.Json;

/// <summary>The parts of a document that a JSON record may hold.</summary>
internal enum JsonField
{
    Text,
    Title,
    Id,
    Source,
    Url,
    License,
    Language,
    Year,
    Journal,
    Citations,
    PublicationTypes,
    MeshTerms,
    PubMedId,
    PmcId,
    Doi,
    CorpusId,
    Count,
}
