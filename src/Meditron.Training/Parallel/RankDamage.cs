using System.Runtime.InteropServices;
using Meditron.Torch;
using Meditron.Training.Chaos;
using Meditron.Training.Integrity;

namespace Meditron.Training.Parallel;

/// <summary>Makes the faults of a rank's work and memory happen.</summary>
internal sealed class RankDamage(ShardedState state, StepIntegrity integrity) : IFaultTarget
{
    private const int Bit = 20;

    /// <inheritdoc/>
    public void Miscompute(bool always) => integrity.Miscompute(always);

    /// <inheritdoc/>
    public void FlipWeight()
    {
        var bytes = state.Parameters.Compute.Flat.bytes(0, sizeof(int));
        MemoryMarshal.Cast<byte, int>(bytes)[0] ^= 1 << Bit;
    }

    /// <inheritdoc/>
    public void FlipState() => MemoryMarshal.Cast<float, int>(Master(1))[0] ^= 1 << Bit;

    /// <inheritdoc/>
    public void RuinState() => Master(2).Fill(float.Pi);

    private Span<float> Master(int count) => state.Version(state.Current).master.data<float>(0, count);
}
