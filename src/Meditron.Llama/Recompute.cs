namespace Meditron.Llama;

/// <summary>Which activations the backward pass computes again instead of keeping (Korthikanti et al. 2022).</summary>
public enum Recompute
{
    /// <summary>Everything the backward pass reads is kept.</summary>
    None,

    /// <summary>The cheap, wide ones are computed again: both norms' outputs and SwiGLU's. (Attention's matrix is never kept.)</summary>
    Selective,

    /// <summary>A layer keeps its input alone and runs forward again in the backward pass.</summary>
    Full,
}
