using Meditron.Torch.Kernels;

namespace Meditron.Training.Recovery;

/// <summary>One version in an arena, of which nothing is given out that does not have its checksum.</summary>
internal sealed class ArenaVersion(StateArena arena, int slot, int step) : IDisposable
{
    /// <summary>Its tensors.</summary>
    public AdamWState State { get; } = arena.Tensors(slot);

    /// <summary>Compares a run of it with its checksums, and puts right what can be.</summary>
    /// <exception cref="StateDamagedException">It is damaged beyond repair; the version is given up, for everybody who has the arena open.</exception>
    public void Verify(IKernels kernels, long start, long length, Action<string> mended)
    {
        var rank = arena.Identity.Rank;
        if (arena.Blocks.Verify(kernels, State, arena.Checksums(slot), start, length, what => mended($"rank {rank}, step {step}, {what}")) is { } problem)
        {
            arena.Invalidate(slot);
            throw new StateDamagedException(rank, step, problem);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        State.master.Dispose();
        State.exp_avg.Dispose();
        State.exp_avg_sq.Dispose();
    }
}
