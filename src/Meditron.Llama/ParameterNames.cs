namespace Meditron.Llama;

/// <summary>The names that Hugging Face's LlamaForCausalLM gives its parameters.</summary>
public static class ParameterNames
{
    /// <summary>Token embedding.</summary>
    public const string Embedding = "model.embed_tokens.weight";

    /// <summary>The norm after the last layer.</summary>
    public const string FinalNorm = "model.norm.weight";

    /// <summary>Output projection; absent from the file where embeddings are tied.</summary>
    public const string Head = "lm_head.weight";

    /// <summary>Norm before attention in layer <paramref name="layer"/>.</summary>
    public static string InputNorm(int layer) => $"model.layers.{layer}.input_layernorm.weight";

    /// <summary>Norm before the feed-forward network in layer <paramref name="layer"/>.</summary>
    public static string PostAttentionNorm(int layer) => $"model.layers.{layer}.post_attention_layernorm.weight";

    /// <summary>One of attention's projections (<c>q</c>, <c>k</c>, <c>v</c> or <c>o</c>) in layer <paramref name="layer"/>.</summary>
    public static string Attention(int layer, char projection) => $"model.layers.{layer}.self_attn.{projection}_proj.weight";

    /// <summary>One of the feed-forward projections (<c>gate</c>, <c>up</c> or <c>down</c>) in layer <paramref name="layer"/>.</summary>
    public static string Mlp(int layer, string projection) => $"model.layers.{layer}.mlp.{projection}_proj.weight";
}
