using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Training.Parallel;

/// <summary>A rank's piece of one bucket, as views of its buffers.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Length">Elements; may be none.</param>
/// <param name="State">The fp32 weights and both moments, in one version.</param>
/// <param name="Gradient">The summed gradients.</param>
/// <param name="ComputeCopy">The weights for the products.</param>
public sealed record ShardPiece(GradientBucket Bucket, long Length, AdamWState State, Tensor Gradient, Tensor ComputeCopy);
