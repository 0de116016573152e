namespace Meditron.Torch.Kernels;

/// <summary>What AdamW keeps of a run of weights; flat Float32 buffers of one length.</summary>
/// <param name="master">The weights.</param>
/// <param name="exp_avg">First moments.</param>
/// <param name="exp_avg_sq">Second moments.</param>
public readonly record struct AdamWState(Tensor master, Tensor exp_avg, Tensor exp_avg_sq);
