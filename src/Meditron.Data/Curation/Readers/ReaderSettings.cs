using Meditron.Data.Curation.Formatting;
using Meditron.Data.Curation.Readers.Json;

namespace Meditron.Data.Curation.Readers;

/// <summary>Settings of the readers; each has a default that fits the corpora of the paper.</summary>
public sealed record ReaderSettings
{
    /// <summary>The field map of the <c>jsonl</c> reader.</summary>
    public JsonFieldMap Fields { get; init; } = new();

    /// <summary>The field map of the <c>pubmed-json</c> reader.</summary>
    public JsonFieldMap AbstractFields { get; init; } = JsonFieldMap.Abstracts;

    /// <summary>Which parts of a PubMedQA record make its text.</summary>
    public PubMedQaSettings PubMedQa { get; init; } = new();

    /// <summary>The page rules of guideline sources, whose selectors the <c>html</c> reader uses.</summary>
    public GuidelineFormatSettings Guidelines { get; init; } = new();

    /// <summary>What parts the documents of a plain text file, or null where a file is one document.</summary>
    public string? TextSeparator { get; init; }
}
