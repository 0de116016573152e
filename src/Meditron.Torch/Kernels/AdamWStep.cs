using System.Runtime.InteropServices;

namespace Meditron.Torch.Kernels;

/// <summary>The numbers of one AdamW update.</summary>
/// <param name="lr">Learning rate.</param>
/// <param name="beta1">Decay of the first moment.</param>
/// <param name="beta2">Decay of the second moment.</param>
/// <param name="eps">Added to the root of the second moment.</param>
/// <param name="weight_decay">Decoupled weight decay.</param>
/// <param name="step">The number of this update, from 1.</param>
/// <param name="grad_scale">Gradients are multiplied by this first, as clipping does.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct AdamWStep(double lr, double beta1, double beta2, double eps, double weight_decay, long step, double grad_scale = 1.0);
