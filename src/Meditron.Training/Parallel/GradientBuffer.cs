using Meditron.Llama;
using Meditron.Torch;

namespace Meditron.Training.Parallel;

/// <summary>Gradients of one micro-batch, or a sum of some: views by parameter for the backward pass, and by bucket for the reduction.</summary>
public sealed class GradientBuffer : IDisposable
{
    private readonly Tensor[] buckets;

    /// <summary>Cuts the views.</summary>
    /// <param name="plan">The buckets.</param>
    /// <param name="flat">Float32, the length of the plan's layout; owned from here on.</param>
    public GradientBuffer(ShardPlan plan, Tensor flat)
    {
        Views = new FlatViews(plan.Layout, flat);
        buckets = [.. plan.Buckets.Select(bucket => flat.narrow(0, bucket.Start, bucket.Length))];
    }

    /// <summary>The views by parameter.</summary>
    public FlatViews Views { get; }

    /// <summary>The view of a bucket.</summary>
    public Tensor Bucket(GradientBucket bucket) => buckets[bucket.Index];

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var view in buckets)
        {
            view.Dispose();
        }

        Views.Dispose();
    }
}
