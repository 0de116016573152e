using Google.Protobuf;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Parallel;
using Meditron.Training.Runs;

namespace Meditron.Training.Recovery.Copies;

/// <summary>
/// Copies of shards of other machines, each in an arena of this process that others of its machine can open: two versions, of which the newer is whole before
/// the older is overwritten. Nothing of a generation that is over is taken.
/// </summary>
/// <param name="server">The name of the state server that fills it.</param>
internal sealed class CopyStore(string server) : IDisposable
{
    private const int MaxDegree = 1 << 10;
    private const int MaxPieces = 1 << 16;
    private const long MaxPieceLength = 1L << 40;

    private static readonly TimeSpan WriterTimeout = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<(ulong Job, ParallelLayout Layout, int Rank), Copy> copies = [];
    private long over;

    /// <summary>The copies, with what they can produce now.</summary>
    public IReadOnlyList<StateHandle> Handles
    {
        get
        {
            lock (gate)
            {
                return [.. copies.Values.Select(Describe).Where(handle => handle.Steps.Count > 0)];
            }
        }
    }

    /// <summary>Makes or takes over the copy of a rank's shard; whoever wrote it before is ended.</summary>
    /// <param name="keep">What is to be kept.</param>
    /// <param name="connection">Where it comes from, ended once another generation writes the copy or none may.</param>
    /// <exception cref="IOException">It cannot be kept; says why.</exception>
    public CopyWriter Begin(KeepCopy keep, IDisposable connection)
    {
        ArgumentNullException.ThrowIfNull(keep);
        if (keep.Start is null || keep.Layout is not { } layout || !IsDegree(layout.Tensor) || !IsDegree(layout.Pipeline) || !IsDegree(layout.Data))
        {
            throw new IOException("a layout of a copy, and where its generation began, are missing");
        }

        var key = (keep.Job, new ParallelLayout(keep.Layout.Tensor, keep.Layout.Pipeline, keep.Layout.Data), keep.Rank);
        while (true)
        {
            CopyWriter? before;
            lock (gate)
            {
                var copy = Allowed(keep, key);
                before = copy.Writer;
                if (before is null)
                {
                    copy.Generation = keep.Generation;
                    return copy.Writer = Open(copy, keep, connection);
                }
            }

            before.Cancel();
            if (!before.Left.Wait(WriterTimeout, CancellationToken.None))
            {
                throw new IOException($"the copy of rank {keep.Rank} is still being written by generation {before.Generation}");
            }
        }
    }

    /// <summary>Takes nothing more of a generation, or of one before it.</summary>
    public void End(long generation)
    {
        lock (gate)
        {
            over = Math.Max(over, generation);
            foreach (var copy in copies.Values.Where(copy => copy.Generation <= over))
            {
                copy.Writer?.Cancel();
            }
        }
    }

    /// <summary>Lets go of copies of generations before one that are not wanted any more.</summary>
    public void Keep(IEnumerable<StateHandle> wanted, long generation)
    {
        var tokens = wanted.Select(StateHolder.TokenOf).ToHashSet();
        lock (gate)
        {
            foreach (var (key, copy) in copies.Where(pair => pair.Value.Generation < generation && !tokens.Contains(pair.Value.Arena.Identity.Token)).ToList())
            {
                copies.Remove(key);
                copy.Dispose();
            }
        }
    }

    /// <summary>The handle of the copy that a writer fills.</summary>
    /// <exception cref="IOException">The writer was ended.</exception>
    public StateHandle HandleOf(CopyWriter writer)
    {
        lock (gate)
        {
            return writer.IsCancelled ? throw new IOException($"generation {writer.Generation} is over") : Describe(writer.Copy);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            over = long.MaxValue;
            foreach (var copy in copies.Values)
            {
                copy.Dispose();
            }

            copies.Clear();
        }
    }

    /// <summary>Does something with a copy, unless its writer's generation is over.</summary>
    internal bool WhileValid(CopyWriter writer, Action<StateArena> action)
    {
        lock (gate)
        {
            if (writer.IsCancelled || writer.Generation <= over)
            {
                return false;
            }

            action(writer.Arena);
            return true;
        }
    }

    internal void Leave(CopyWriter writer)
    {
        lock (gate)
        {
            if (writer.Copy.Writer == writer)
            {
                writer.Copy.Writer = null;
            }
        }
    }

    private CopyWriter Open(Copy copy, KeepCopy keep, IDisposable connection)
    {
        var arena = StateArena.Open(Environment.ProcessId, copy.Arena.Descriptor, copy.Arena.Identity.Token);
        var start = Positions.Of(keep.Start);
        for (var slot = 0; slot < StateArena.Slots; slot++)
        {
            if (arena.PositionOf(slot) != start)
            {
                // It may be of a history that was given up.
                arena.Invalidate(slot);
            }
        }

        arena.Remember(keep.History.Select(Positions.Of));
        return new CopyWriter(this, copy, arena, keep.Generation, connection);
    }

    private Copy Allowed(KeepCopy keep, (ulong Job, ParallelLayout Layout, int Rank) key)
    {
        if (keep.Generation <= over)
        {
            throw new IOException($"generation {keep.Generation} is over");
        }

        if (keep.Rank < 0 || keep.Rank >= key.Layout.World || keep.Pieces.Count is < 1 or > MaxPieces || keep.Pieces.Any(piece => piece is < 0 or > MaxPieceLength))
        {
            throw new IOException($"rank {keep.Rank} of {key.Layout} in {keep.Pieces.Count} pieces is no shard");
        }

        if (copies.TryGetValue(key, out var copy))
        {
            return copy.Generation > keep.Generation ? throw new IOException($"generation {copy.Generation} has followed generation {keep.Generation}")
                : !copy.Arena.Blocks.Pieces.SequenceEqual(keep.Pieces) ? throw new IOException($"the shard of rank {keep.Rank} of {key.Layout} is cut into other pieces")
                : copy;
        }

        var (bytes, free) = (StateArena.BytesOf(keep.Pieces), MachineMemory.AvailableBytes());
        if (bytes > free)
        {
            throw new IOException($"a copy of the shard takes {bytes >> 20} MiB, and this machine has {free >> 20} MiB free");
        }

        copy = new Copy(StateArena.Create(new ArenaIdentity(Guid.NewGuid(), key.Job, key.Layout, key.Rank, keep.Pieces.Sum()), keep.Pieces));
        copies.Add(key, copy);
        return copy;
    }

    private static bool IsDegree(int degree) => degree is >= 1 and <= MaxDegree;

    private StateHandle Describe(Copy copy)
    {
        var handle = StateHolder.Describe(copy.Arena, isMaker: false);
        handle.Server = server;
        return handle;
    }

    /// <summary>One shard's copy, and who writes it.</summary>
    internal sealed class Copy(StateArena arena) : IDisposable
    {
        public StateArena Arena { get; } = arena;

        public long Generation { get; set; }

        public CopyWriter? Writer { get; set; }

        public void Dispose()
        {
            Writer?.Cancel();
            Arena.Dispose();
        }
    }
}
