using System.Runtime.InteropServices;

namespace Meditron.Training.Recovery.Copies;

/// <summary>Writes the versions of one shard that arrive into its copy, with the memory open for itself, so that the copy may be let go meanwhile.</summary>
internal sealed class CopyWriter : IDisposable
{
    private const int BlockBytes = 64 << 20;

    private readonly CopyStore store;
    private readonly IDisposable connection;
    private volatile bool cancelled;

    public CopyWriter(CopyStore store, CopyStore.Copy copy, StateArena arena, long generation, IDisposable connection)
    {
        this.store = store;
        this.connection = connection;
        Copy = copy;
        Arena = arena;
        Generation = generation;
    }

    public CopyStore.Copy Copy { get; }

    public StateArena Arena { get; }

    /// <summary>Gets the generation whose rank sends.</summary>
    public long Generation { get; }

    /// <summary>Gets what is set once nothing is written any more.</summary>
    public ManualResetEventSlim Left { get; } = new();

    public bool IsCancelled => cancelled;

    /// <summary>Ends it from any thread; it leaves soon after.</summary>
    public void Cancel()
    {
        cancelled = true;
        connection.Dispose();
    }

    /// <summary>Takes a version in place of the older one.</summary>
    /// <returns>What is wrong with it; null where it is whole.</returns>
    /// <exception cref="IOException">The connection is lost, or the generation is over.</exception>
    public string? Take(StepPosition position, StateConnection from)
    {
        var slot = Slot(position.Step);
        WhileValid(arena => arena.Invalidate(slot));
        var right = from.ReceiveBytes(MemoryMarshal.AsBytes(Arena.Checksums(slot)));
        for (long offset = 0; offset < Arena.VersionBytes;)
        {
            var length = (int)Math.Min(BlockBytes, Arena.VersionBytes - offset);
            right &= from.ReceiveBytes(Arena.Bytes(slot, offset, length));
            offset += length;
        }

        if (!right)
        {
            return $"the bytes of step {position.Step} have a wrong checksum";
        }

        WhileValid(arena => arena.Publish(slot, position));
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Arena.Dispose();
        store.Leave(this);
        Left.Set();
    }

    private int Slot(int step)
    {
        var steps = Enumerable.Range(0, StateArena.Slots).Select(slot => Arena.PositionOf(slot)?.Step ?? -1).ToList();
        return steps.IndexOf(step) is var same and >= 0 ? same : steps.IndexOf(steps.Min());
    }

    private void WhileValid(Action<StateArena> action)
    {
        if (!store.WhileValid(this, action))
        {
            throw new IOException($"generation {Generation} is over");
        }
    }
}
