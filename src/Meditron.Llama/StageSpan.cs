namespace Meditron.Llama;

/// <summary>The part of a model that one pipeline stage holds.</summary>
/// <param name="FirstLayer">First transformer layer of the stage.</param>
/// <param name="LayerCount">Number of transformer layers.</param>
/// <param name="HasEmbedding">Whether the stage looks tokens up.</param>
/// <param name="HasHead">Whether the stage has the final norm, the output projection and the loss.</param>
public readonly record struct StageSpan(int FirstLayer, int LayerCount, bool HasEmbedding, bool HasHead)
{
    /// <summary>The whole model as one stage.</summary>
    public static StageSpan Whole(LlamaConfig config) => new(0, config.Layers, true, true);
}
