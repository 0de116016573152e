using Meditron.Torch.Kernels;

namespace Meditron.Training.Recovery;

/// <summary>A run of a version's tensors.</summary>
internal sealed class StatePart(AdamWState version, long start, long length) : IDisposable
{
    /// <summary>The views.</summary>
    public AdamWState State { get; } = new(version.master.narrow(0, start, length), version.exp_avg.narrow(0, start, length), version.exp_avg_sq.narrow(0, start, length));

    /// <inheritdoc/>
    public void Dispose()
    {
        State.master.Dispose();
        State.exp_avg.Dispose();
        State.exp_avg_sq.Dispose();
    }
}
