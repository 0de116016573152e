using Meditron.Torch;

namespace Meditron.Llama.HuggingFace;

/// <summary>How a model folder is written.</summary>
public sealed record HuggingFaceSaveOptions
{
    /// <summary>No safetensors file is longer than this, unless one tensor alone is; one file without an index where everything fits.</summary>
    public long MaxShardBytes { get; init; } = 5_000_000_000;

    /// <summary>Replaces a folder that has something in it; without it, such a folder is refused.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Files copied into the folder under their own names, for example the tokenizer's.</summary>
    public IReadOnlyList<string> AdditionalFiles { get; init; } = [];
}
