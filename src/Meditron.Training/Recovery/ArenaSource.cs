using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Parallel;

namespace Meditron.Training.Recovery;

/// <summary>Reads shards from the memory of a layout's ranks into those of another with the same tensor parallelism.</summary>
internal sealed class ArenaSource : IDisposable
{
    private readonly Dictionary<string, List<(ShardSlice Slice, ArenaVersion Version)>> slices = new(StringComparer.Ordinal);
    private readonly List<ArenaVersion> versions = [];

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
            var version = new ArenaVersion(arena, slot, step);
            versions.Add(version);
            foreach (var slice in geometry.PlanOf(at).SlicesOf(at.Data))
            {
                if (!slices.TryGetValue(slice.Parameter.Name, out var list))
                {
                    slices.Add(slice.Parameter.Name, list = []);
                }

                list.Add((slice, version));
            }
        }
    }

    /// <summary>Where training stands there.</summary>
    public StepPosition? Position { get; }

    /// <summary>What the steps up to there came to, as far as they are remembered.</summary>
    public IReadOnlyList<StepPosition> History { get; } = [];

    /// <summary>Copies what a shard needs, once it was compared with its checksums.</summary>
    /// <param name="target">The shard.</param>
    /// <param name="kernels">The operations.</param>
    /// <exception cref="CheckpointException">A part is in no arena.</exception>
    /// <exception cref="StateDamagedException">A part is damaged beyond repair; that version is given up.</exception>
    public void CopyTo(ShardedState target, IKernels kernels)
    {
        var to = target.Version(target.Current);
        target.Remember(History);
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

                from.Verify(kernels, slice.ShardOffset + begin - slice.Start, end - begin, mended => target.Mended?.Invoke(mended));
                var (source, destination) = (slice.ShardOffset + begin - slice.Start, wanted.ShardOffset + begin - wanted.Start);
                Copy(from.State.master, source, to.master, destination, end - begin);
                Copy(from.State.exp_avg, source, to.exp_avg, destination, end - begin);
                Copy(from.State.exp_avg_sq, source, to.exp_avg_sq, destination, end - begin);
                copied += end - begin;
            }

            if (copied != wanted.Length)
            {
                throw new CheckpointException($"Memory holds {copied} of the {wanted.Length} elements of {wanted.Parameter.Name} from {wanted.Start} on.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => versions.ForEach(version => version.Dispose());

    private static void Copy(Tensor from, long source, Tensor to, long destination, long length)
    {
        using var part = from.narrow(0, source, length);
        using var target = to.narrow(0, destination, length);
        target.copy_(part);
    }
}
