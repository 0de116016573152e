namespace Meditron.Training.Optimization;

/// <summary>The constants of AdamW and of gradient clipping.</summary>
public sealed record AdamWOptions
{
    /// <summary>Added to the norm before dividing by it, as PyTorch's clip_grad_norm_ does.</summary>
    private const double ClipEps = 1e-6;

    /// <summary>Decay of the first moment.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the second moment.</summary>
    public double Beta2 { get; init; } = 0.95;

    /// <summary>Added to the root of the second moment.</summary>
    public double Eps { get; init; } = 1e-5;

    /// <summary>Decoupled weight decay, for matrices.</summary>
    public double WeightDecay { get; init; } = 0.1;

    /// <summary>Whether norms decay as well, as PyTorch does without parameter groups.</summary>
    public bool DecayNorms { get; init; }

    /// <summary>Gradients are scaled down to this global norm; 0 turns clipping off.</summary>
    public double ClipGrad { get; init; } = 1.0;

    /// <summary>What the gradients are multiplied with so that their norm is <see cref="ClipGrad"/> at the most.</summary>
    /// <param name="norm">Global norm of the gradients.</param>
    public double ClipFactor(double norm) => ClipGrad > 0 ? Math.Min(1.0, ClipGrad / (norm + ClipEps)) : 1.0;
}
