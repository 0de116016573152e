using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Parallel;

namespace Meditron.Training.Recovery;

/// <summary>Reads shards from the memory of a layout's ranks into those of another with the same tensor parallelism.</summary>
internal sealed class ArenaSource : IDisposable
{
    private readonly Dictionary<string, List<(ShardSlice Slice, AdamWState State)>> slices = new(StringComparer.Ordinal);
    private readonly List<AdamWState> states = [];

    /// <summary>Takes one step's version of every arena.</summary>
    /// <param name="arenas">The arenas of the ranks that a tensor-parallel rank needs; they are not disposed.</param>
    /// <param name="geometry">The layout that they are of.</param>
    /// <param name="tensor">Index of the tensor-parallel rank.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="CheckpointException">An arena does not have the step.</exception>
    public ArenaSource(IEnumerable<StateArena> arenas, StageGeometry geometry, int tensor, int step)
    {
        foreach (var arena in arenas)
        {
            var identity = arena.Identity;
            var at = geometry.Layout.At(identity.Rank);
            if (at.Tensor != tensor)
            {
                continue;
            }

            var slot = Enumerable.Range(0, StateArena.Slots).Where(index => arena.PositionOf(index)?.Step == step).DefaultIfEmpty(-1).First();
            if (slot < 0)
            {
                throw new CheckpointException($"The memory of rank {identity.Rank} of {identity.Layout} has steps {string.Join(", ", arena.Steps())} and no longer step {step}.");
            }

            Position = arena.PositionOf(slot);
            History = [.. arena.History().Where(position => position.Step <= step)];
            var state = arena.Tensors(slot);
            states.Add(state);
            foreach (var slice in geometry.PlanOf(at).SlicesOf(at.Data))
            {
                if (!slices.TryGetValue(slice.Parameter.Name, out var list))
                {
                    slices.Add(slice.Parameter.Name, list = []);
                }

                list.Add((slice, state));
            }
        }
    }

    /// <summary>Where training stands there.</summary>
    public StepPosition? Position { get; }

    /// <summary>What the steps up to there came to, as far as they are remembered.</summary>
    public IReadOnlyList<StepPosition> History { get; } = [];

    /// <summary>Copies what a shard needs.</summary>
    /// <exception cref="CheckpointException">A part is in no arena.</exception>
    public void CopyTo(ShardedState target)
    {
        var to = target.Version(target.Current);
        target.Arena?.Remember(History);
        foreach (var wanted in target.Slices)
        {
            long copied = 0;
            foreach (var (slice, from) in slices.GetValueOrDefault(wanted.Parameter.Name) ?? [])
            {
                var begin = Math.Max(slice.Start, wanted.Start);
                var end = Math.Min(slice.Start + slice.Length, wanted.Start + wanted.Length);
                if (begin >= end)
                {
                    continue;
                }

                var (source, destination) = (slice.ShardOffset + begin - slice.Start, wanted.ShardOffset + begin - wanted.Start);
                Copy(from.master, source, to.master, destination, end - begin);
                Copy(from.exp_avg, source, to.exp_avg, destination, end - begin);
                Copy(from.exp_avg_sq, source, to.exp_avg_sq, destination, end - begin);
                copied += end - begin;
            }

            if (copied != wanted.Length)
            {
                throw new CheckpointException($"Memory holds {copied} of the {wanted.Length} elements of {wanted.Parameter.Name} from {wanted.Start} on.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var state in states)
        {
            state.master.Dispose();
            state.exp_avg.Dispose();
            state.exp_avg_sq.Dispose();
        }
    }

    private static void Copy(Tensor from, long source, Tensor to, long destination, long length)
    {
        using var part = from.narrow(0, source, length);
        using var target = to.narrow(0, destination, length);
        target.copy_(part);
    }
}
