namespace Meditron.Llama.HuggingFace;

/// <summary>What the embedding's rows of tokens that a loaded file does not know start as. Padding rows, beyond every token, are always zero.</summary>
public enum NewTokenRows
{
    /// <summary>The mean of the file's rows, so that a new token starts as an average one.</summary>
    Mean,

    /// <summary>Zeros.</summary>
    Zero,

    /// <summary>A file with fewer tokens than the model is refused.</summary>
    Refuse,
}
