using Meditron.Torch;

namespace Meditron.Training.Parallel;

/// <summary>A rank's piece of one bucket, as views of its buffers.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Length">Elements; may be none.</param>
/// <param name="Master">The fp32 weights.</param>
/// <param name="Gradient">The summed gradients.</param>
/// <param name="ExpAvg">First moments.</param>
/// <param name="ExpAvgSq">Second moments.</param>
/// <param name="ComputeCopy">The bf16 weights for the products, or null where the fp32 weights are those.</param>
public sealed record ShardPiece(GradientBucket Bucket, long Length, Tensor Master, Tensor Gradient, Tensor ExpAvg, Tensor ExpAvgSq, Tensor? ComputeCopy);
