using Meditron.Llama;
using Meditron.Torch.Kernels;
using Meditron.Training.Parallel;

namespace Meditron.Training.Integrity;

/// <summary>Hashes what a stage computes of one micro-batch: its output or loss, its gradients by bucket, and the gradient that goes to the stage before.</summary>
internal sealed class ComputationHash(ShardPlan plan, IKernels kernels)
{
    private readonly ulong[] buckets = new ulong[plan.Buckets.Count];
    private ulong residual;

    /// <summary>A hash of the forward pass.</summary>
    public long Forward { get; private set; }

    /// <summary>A hash of the backward pass.</summary>
    public long Backward => (long)buckets.Aggregate(residual, WeightHashes.Mix);

    public void Clear()
    {
        Array.Clear(buckets);
        residual = 0;
        Forward = 0;
    }

    public void Output(LlamaStage stage, int slot) => Forward = (long)kernels.checksum(stage.Output(slot));

    public void Loss(double loss) => Forward = BitConverter.DoubleToInt64Bits(loss);

    public void Gradient(GradientBucket bucket, GradientBuffer gradients) => buckets[bucket.Index] = kernels.checksum(gradients.Bucket(bucket));

    public void Gradients(GradientBuffer gradients)
    {
        foreach (var bucket in plan.Buckets)
        {
            Gradient(bucket, gradients);
        }
    }

    public void Residual(LlamaStage stage, int slot) => residual = kernels.checksum(stage.ResidualGradient(slot));
}
