using System.Collections.Concurrent;
using System.Diagnostics;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Parallel;

namespace Meditron.Bench;

/// <summary>Saves a rank's shard as a worker does: a thread of its own copies the version that the step has left, writes it and flushes it.</summary>
internal sealed class ShardSaver : IDisposable
{
    private readonly SnapshotPool pool = new();
    private readonly BlockingCollection<(ShardSnapshot Snapshot, int Version, int Step)> queue = [];
    private readonly Thread writer;
    private readonly ShardedState state;
    private readonly int every;

    public ShardSaver(ShardedState state, string folder, int every, int rank, int world)
    {
        this.state = state;
        this.every = every;
        writer = new Thread(() =>
        {
            foreach (var (snapshot, version, step) in queue.GetConsumingEnumerable())
            {
                snapshot.Capture(version);
                var target = Path.Combine(folder, $"step-{step}");
                Directory.CreateDirectory(target);
                snapshot.Write(target, rank, world);
                pool.Return(snapshot);
            }
        });
        writer.Start();
    }

    public bool IsDue(int step) => step % every == 0;

    /// <summary>Begins a checkpoint.</summary>
    /// <returns>The seconds that the step loop waited for it.</returns>
    public double Save(int step)
    {
        var begin = Stopwatch.GetTimestamp();
        var snapshot = pool.Take(state);
        queue.Add((snapshot, state.Borrow(), step));
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    public void Dispose()
    {
        queue.CompleteAdding();
        writer.Join();
        pool.Release();
        queue.Dispose();
    }
}
