namespace Meditron.Llama.HuggingFace;

/// <summary>How a folder that does not fit the model exactly is loaded.</summary>
public sealed record HuggingFaceLoadOptions
{
    /// <summary>What the rows of tokens that the file does not know start as.</summary>
    public NewTokenRows NewTokenRows { get; init; } = NewTokenRows.Mean;

    /// <summary>Takes the first rows of a file with more tokens than the model; without it, only rows known to be padding are left out.</summary>
    public bool TrimVocabulary { get; init; }

    /// <summary>Accepts a model whose norm epsilon or rotary constants differ from the file's, for example to extend the context.</summary>
    public bool IgnoreConstants { get; init; }
}
