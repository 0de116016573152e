namespace Meditron.Data.Curation.Readers.Json;

/// <summary>Which parts of a PubMedQA record make up its text.</summary>
public sealed record PubMedQaSettings
{
    /// <summary>Whether each part of the abstract starts with its label (<c>METHODS: ...</c>), as PubMed prints structured abstracts.</summary>
    public bool Labels { get; init; } = true;

    /// <summary>Whether the long answer, which is the abstract's conclusion, follows the other parts.</summary>
    public bool Conclusion { get; init; } = true;

    /// <summary>The label of the conclusion.</summary>
    public string ConclusionLabel { get; init; } = "CONCLUSIONS";

    /// <summary>Whether the question, which is the paper's title, is the title.</summary>
    public bool Title { get; init; } = true;
}
