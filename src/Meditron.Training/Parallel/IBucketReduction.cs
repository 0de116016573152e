using Meditron.Torch;
using Meditron.Torch.Distributed;
using Meditron.Torch.Kernels;

namespace Meditron.Training.Parallel;

/// <summary>The reduction of one bucket over the data-parallel ranks, planned once and run once a step.</summary>
internal interface IBucketReduction : IDisposable
{
    /// <summary>Begins with this rank's sums, in the order of their leaves.</summary>
    void Begin(IReadOnlyList<GradientBuffer> sums, ProcessGroup group, TimeSpan timeout);

    /// <summary>Waits for the end; then the sum of this rank's piece is in its place.</summary>
    /// <param name="destination">The place: this rank's piece of the shard's gradients.</param>
    /// <param name="kernels">The operations.</param>
    void End(Tensor destination, IKernels kernels);

    /// <summary>Gives up what is under way, after a failure.</summary>
    void Reset();
}
