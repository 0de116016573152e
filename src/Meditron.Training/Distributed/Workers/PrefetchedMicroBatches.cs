using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Workers;

/// <summary>Micro-batches that were read ahead, and those that were not, read on the spot: reading ahead saves time and changes nothing else.</summary>
public sealed class PrefetchedMicroBatches : IMicroBatchSource
{
    private readonly Lock gate = new();
    private readonly Lock reading = new();
    private readonly IMicroBatchSource source;
    private readonly int microBatch;
    private readonly int length;
    private readonly Dictionary<long, (int[] Tokens, int[] Targets)> ready = [];
    private readonly Stack<(int[] Tokens, int[] Targets)> free = new();

    /// <summary>Wraps a source.</summary>
    /// <param name="source">The source; read by one thread at a time.</param>
    /// <param name="microBatch">Sequences of a micro-batch.</param>
    /// <param name="sequenceLength">Tokens of a sequence.</param>
    public PrefetchedMicroBatches(IMicroBatchSource source, int microBatch, int sequenceLength)
    {
        this.source = source;
        this.microBatch = microBatch;
        length = microBatch * sequenceLength;
    }

    /// <inheritdoc/>
    public long Count => source.Count;

    /// <summary>Micro-batches that were read ahead and not taken yet.</summary>
    public int Ready
    {
        get
        {
            lock (gate)
            {
                return ready.Count;
            }
        }
    }

    /// <summary>Reads micro-batches ahead; those of earlier calls that were never taken are dropped.</summary>
    /// <param name="firstSample">Index of the first sample.</param>
    /// <param name="microBatches">Micro-batches.</param>
    public void ReadAhead(long firstSample, int microBatches)
    {
        Drop(firstSample, firstSample + (long)microBatches * microBatch);
        for (var micro = 0; micro < microBatches; micro++)
        {
            var first = firstSample + (long)micro * microBatch;
            if (first + microBatch > source.Count || IsReady(first))
            {
                continue;
            }

            var buffer = Rent();
            lock (reading)
            {
                source.Load(first, buffer.Tokens, buffer.Targets);
            }

            lock (gate)
            {
                ready[first] = buffer;
            }
        }
    }

    /// <inheritdoc/>
    public void Load(long firstSample, Span<int> tokens, Span<int> targets)
    {
        lock (gate)
        {
            if (ready.Remove(firstSample, out var buffer))
            {
                buffer.Tokens.CopyTo(tokens);
                buffer.Targets.CopyTo(targets);
                free.Push(buffer);
                return;
            }
        }

        lock (reading)
        {
            source.Load(firstSample, tokens, targets);
        }
    }

    private bool IsReady(long firstSample)
    {
        lock (gate)
        {
            return ready.ContainsKey(firstSample);
        }
    }

    private void Drop(long first, long end)
    {
        lock (gate)
        {
            // The step under way is the one before; a run that jumped elsewhere leaves nothing of use behind.
            var step = end - first;
            foreach (var stale in ready.Keys.Where(key => key < first - 64 * step || key >= end).ToList())
            {
                free.Push(ready[stale]);
                ready.Remove(stale);
            }
        }
    }

    private (int[] Tokens, int[] Targets) Rent()
    {
        lock (gate)
        {
            return free.TryPop(out var buffer) ? buffer : (new int[length], new int[length]);
        }
    }
}
