using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Parallel;

namespace Meditron.Training.Recovery;

/// <summary>Reads shards from the memory of a layout's ranks into those of another with the same tensor parallelism.</summary>
internal sealed class ArenaSource : IDisposable
{
    private readonly StageGeometry geometry;
    private readonly ILookup<int, IShardMemory> shards;

    /// <summary>Takes one step's version of every arena.</summary>
    /// <param name="arenas">The arenas of the ranks that a tensor-parallel rank needs; they are not disposed.</param>
    /// <param name="geometry">The layout that they are of.</param>
    /// <param name="tensor">Index of the tensor-parallel rank.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="CheckpointException">An arena does not have the step.</exception>
    public ArenaSource(IEnumerable<StateArena> arenas, StageGeometry geometry, int tensor, int step)
        : this([.. arenas.Where(arena => geometry.Layout.At(arena.Identity.Rank).Tensor == tensor).Select(arena => new ArenaShard(arena, step, isOwned: false))], geometry)
    {
    }

    /// <summary>Takes one step's version of every shard.</summary>
    /// <param name="shards">The shards; of several of one rank the first that can be read is taken. Owned from here on.</param>
    /// <param name="geometry">The layout that they are of.</param>
    public ArenaSource(IReadOnlyList<IShardMemory> shards, StageGeometry geometry)
    {
        this.geometry = geometry;
        this.shards = shards.ToLookup(shard => shard.Rank);
    }

    /// <summary>Where training stands there; null before anything was copied.</summary>
    public StepPosition? Position { get; private set; }

    /// <summary>Copies what a shard needs, once it was compared with its checksums.</summary>
    /// <param name="target">The shard.</param>
    /// <param name="kernels">The operations.</param>
    /// <exception cref="CheckpointException">A part is in no memory.</exception>
    /// <exception cref="StateDamagedException">A part is damaged beyond repair, wherever it is; that version is given up.</exception>
    public void CopyTo(ShardedState target, IKernels kernels)
    {
        var copied = target.Slices.ToDictionary(slice => slice.Parameter.Name, _ => 0L, StringComparer.Ordinal);
        foreach (var rank in shards)
        {
            var moves = MovesFrom(rank.Key, target, copied);
            if (moves.Count > 0 || Position is null)
            {
                Read([.. rank], moves, target, kernels);
            }
        }

        foreach (var wanted in target.Slices.GroupBy(slice => slice.Parameter.Name))
        {
            var length = wanted.Sum(slice => slice.Length);
            if (copied[wanted.Key] != length)
            {
                throw new CheckpointException($"Memory holds {copied[wanted.Key]} of the {length} elements of {wanted.Key} from {wanted.First().Start} on.");
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var shard in shards.SelectMany(rank => rank))
        {
            shard.Dispose();
        }
    }

    /// <summary>What a rank's shard has of the target's.</summary>
    private List<ShardMove> MovesFrom(int rank, ShardedState target, Dictionary<string, long> copied)
    {
        var at = geometry.Layout.At(rank);
        var slices = geometry.PlanOf(at).SlicesOf(at.Data).ToLookup(slice => slice.Parameter.Name, StringComparer.Ordinal);
        var moves = new List<ShardMove>();
        foreach (var wanted in target.Slices)
        {
            foreach (var slice in slices[wanted.Parameter.Name])
            {
                var begin = Math.Max(slice.Start, wanted.Start);
                var end = Math.Min(slice.Start + slice.Length, wanted.Start + wanted.Length);
                if (begin < end)
                {
                    Add(moves, new ShardMove(slice.ShardOffset + begin - slice.Start, wanted.ShardOffset + begin - wanted.Start, end - begin));
                    copied[wanted.Parameter.Name] += end - begin;
                }
            }
        }

        return moves;
    }

    /// <summary>Adds a move, to the one before where they are one piece.</summary>
    private static void Add(List<ShardMove> moves, ShardMove move)
    {
        if (moves is [.., var last] && last.From + last.Length == move.From && last.To + last.Length == move.To)
        {
            moves[^1] = last with { Length = last.Length + move.Length };
        }
        else
        {
            moves.Add(move);
        }
    }

    private void Read(IReadOnlyList<IShardMemory> sources, IReadOnlyList<ShardMove> moves, ShardedState target, IKernels kernels)
    {
        for (var index = 0; ; index++)
        {
            try
            {
                var (position, history) = sources[index].Read(moves, target.Version(target.Current), kernels, mended => target.Mended?.Invoke(mended));
                target.Remember(history);
                Position ??= position;
                return;
            }
            catch (Exception exception) when (exception is IOException or StateDamagedException && index < sources.Count - 1)
            {
                // Another machine has it too.
                if (exception is StateDamagedException)
                {
                    target.Mended?.Invoke($"{exception.Message} Another copy was read.");
                }
            }
        }
    }
}
