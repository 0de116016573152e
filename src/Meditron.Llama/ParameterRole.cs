namespace Meditron.Llama;

/// <summary>What a parameter tensor does in the model.</summary>
public enum ParameterRole
{
    /// <summary>Token embedding, [vocabulary, hidden].</summary>
    Embedding,

    /// <summary>Query projection, [heads * head size, hidden].</summary>
    Query,

    /// <summary>Key projection, [kv heads * head size, hidden].</summary>
    Key,

    /// <summary>Value projection, [kv heads * head size, hidden].</summary>
    Value,

    /// <summary>Attention's output projection, [hidden, heads * head size].</summary>
    AttentionOutput,

    /// <summary>SwiGLU's gate projection, [ffn, hidden].</summary>
    Gate,

    /// <summary>SwiGLU's up projection, [ffn, hidden].</summary>
    Up,

    /// <summary>SwiGLU's down projection, [hidden, ffn].</summary>
    Down,

    /// <summary>An RMSNorm's weight, [hidden].</summary>
    Norm,

    /// <summary>Output projection to the vocabulary, [vocabulary, hidden].</summary>
    Head,
}
