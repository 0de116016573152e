namespace Meditron.Llama;

/// <summary>The named model shapes that a configuration can start from.</summary>
public static class LlamaPresets
{
    /// <summary>The names that <see cref="Get"/> knows, smallest model first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["tiny", "small", "medium", "llama2-7b", "llama2-13b", "llama2-70b", "meditron-7b", "meditron-70b"];

    /// <summary>The configuration of a preset.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="LlamaConfigException">No preset has that name.</exception>
    public static LlamaConfig Get(string name) => name switch
    {
        "tiny" => new() { VocabularySize = 4096, HiddenSize = 256, Layers = 4, Heads = 4, KvHeads = 2, FfnSize = 688, MaxPositions = 2048 },
        "small" => new() { VocabularySize = 8192, HiddenSize = 512, Layers = 8, Heads = 8, KvHeads = 4, FfnSize = 1376, MaxPositions = 2048 },
        "medium" => new() { VocabularySize = 32000, HiddenSize = 768, Layers = 12, Heads = 12, KvHeads = 4, FfnSize = 2048, MaxPositions = 2048 },
        "llama2-7b" => Llama7B,
        "llama2-13b" => Llama7B with { HiddenSize = 5120, Layers = 40, Heads = 40, KvHeads = 40, FfnSize = 13824 },
        "llama2-70b" => Llama70B,
        "meditron-7b" => Llama7B with { VocabularySize = 32017, MaxPositions = 2048, MakeVocabularySizeDivisibleBy = 128 },
        "meditron-70b" => Llama70B with { VocabularySize = 32017, MakeVocabularySizeDivisibleBy = 128 },
        _ => throw new LlamaConfigException($"There is no model preset '{name}'. Use one of: {string.Join(", ", Names)}."),
    };

    private static LlamaConfig Llama7B => new()
    {
        VocabularySize = 32000, HiddenSize = 4096, Layers = 32, Heads = 32, KvHeads = 32, FfnSize = 11008, MaxPositions = 4096,
    };

    private static LlamaConfig Llama70B => new()
    {
        VocabularySize = 32000, HiddenSize = 8192, Layers = 80, Heads = 64, KvHeads = 8, FfnSize = 28672, MaxPositions = 4096,
    };
}
