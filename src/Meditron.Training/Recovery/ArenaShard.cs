using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;

namespace Meditron.Training.Recovery;

/// <summary>A version of a shard in an arena of this machine.</summary>
internal sealed class ArenaShard : IShardMemory
{
    private readonly StateArena arena;
    private readonly bool isOwned;
    private readonly StepPosition position;
    private readonly ArenaVersion version;

    /// <summary>Takes one step's version.</summary>
    /// <param name="arena">The arena.</param>
    /// <param name="step">The step.</param>
    /// <param name="isOwned">Whether the arena is disposed with this.</param>
    /// <exception cref="CheckpointException">The arena does not have the step.</exception>
    public ArenaShard(StateArena arena, int step, bool isOwned)
    {
        var slot = Enumerable.Range(0, StateArena.Slots).Where(index => arena.PositionOf(index)?.Step == step).DefaultIfEmpty(-1).First();
        if (slot < 0 || arena.PositionOf(slot) is not { } found)
        {
            throw new CheckpointException($"The memory of rank {arena.Identity.Rank} of {arena.Identity.Layout} has steps {string.Join(", ", arena.Steps())} and no longer step {step}.");
        }

        this.arena = arena;
        this.isOwned = isOwned;
        position = found;
        version = new ArenaVersion(arena, slot, step);
        Rank = arena.Identity.Rank;
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public (StepPosition Position, IReadOnlyList<StepPosition> History) Read(IReadOnlyList<ShardMove> moves, AdamWState to, IKernels kernels, Action<string> mended)
    {
        foreach (var move in moves)
        {
            version.Verify(kernels, move.From, move.Length, mended);
            Copy(version.State.master, to.master, move);
            Copy(version.State.exp_avg, to.exp_avg, move);
            Copy(version.State.exp_avg_sq, to.exp_avg_sq, move);
        }

        return (position, [.. arena.History().Where(entry => entry.Step <= position.Step)]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        version.Dispose();
        if (isOwned)
        {
            arena.Dispose();
        }
    }

    private static void Copy(Tensor from, Tensor to, ShardMove move)
    {
        using var part = from.narrow(0, move.From, move.Length);
        using var target = to.narrow(0, move.To, move.Length);
        target.copy_(part);
    }
}
