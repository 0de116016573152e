using System.Collections.Concurrent;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Workers;

/// <summary>
/// The host buffers into which a device copies its shard for a checkpoint. There are two, so that one checkpoint may still be written when the next is
/// due; if both are, the device waits.
/// </summary>
internal sealed class SnapshotPool
{
    private const int Most = 2;

    private static readonly TimeSpan WaitTimeout = TimeSpan.FromMinutes(10);

    private readonly BlockingCollection<ShardSnapshot> free = [];
    private readonly List<ShardSnapshot> all = [];

    /// <summary>A buffer that nobody writes from.</summary>
    /// <exception cref="IOException">The disk has not taken two checkpoints in a long time.</exception>
    public ShardSnapshot Take(ShardedState state)
    {
        if (free.TryTake(out var snapshot))
        {
            return snapshot;
        }

        if (all.Count < Most)
        {
            snapshot = new ShardSnapshot(state);
            all.Add(snapshot);
            return snapshot;
        }

        return free.TryTake(out snapshot, WaitTimeout)
            ? snapshot
            : throw new IOException($"Two checkpoints are still being written after {WaitTimeout}: the disk does not keep up. Raise meditron.checkpoint.interval, or use a faster disk.");
    }

    /// <summary>Gives a buffer back once it is written.</summary>
    public void Return(ShardSnapshot snapshot) => free.Add(snapshot);

    /// <summary>Frees the buffers once the writer has given them back; they belong to one shard.</summary>
    public void Release()
    {
        for (var count = all.Count; count > 0; count--)
        {
            if (free.TryTake(out var snapshot, WaitTimeout))
            {
                snapshot.Dispose();
            }
        }

        all.Clear();
    }
}
