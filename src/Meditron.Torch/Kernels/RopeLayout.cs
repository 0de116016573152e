namespace Meditron.Torch.Kernels;

/// <summary>Which elements of a head form a pair that RoPE rotates.</summary>
public enum RopeLayout
{
    /// <summary>Elements i and i + D / 2, as in Hugging Face's checkpoints.</summary>
    HalfRotation,

    /// <summary>Elements 2i and 2i + 1, as in Meta's checkpoints.</summary>
    Interleaved,
}
