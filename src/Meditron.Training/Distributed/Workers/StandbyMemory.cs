using Meditron.Torch;
using Meditron.Training.Parallel;
using Meditron.Training.Planning;
using Meditron.Training.Recovery;
using Meditron.Training.Runs;

namespace Meditron.Training.Distributed.Workers;

/// <summary>
/// The memory that a rank of the job's layout will need, mapped and touched while a worker waits for one: clearing and mapping it takes the kernel as long
/// as the rest of a recovery. Of CPU devices alone. What the system refuses of it is done without: the first use then takes longer.
/// </summary>
/// <param name="job">The job of the worker.</param>
/// <param name="logger">Is told what the system refuses.</param>
/// <param name="create">Makes a region of shared memory by name and size; null for the system's.</param>
internal sealed class StandbyMemory(WorkerJob job, ILoggingAdapter logger, Func<string, long, SharedMemory>? create = null) : IDisposable
{
    // A rank that is to be taken meanwhile waits for so much at most, and a step that is taken meanwhile for so much.
    private const long Part = 64L << 20;
    private const long PartOfStep = 16L << 20;

    private SharedMemory? arena;
    private long touched;
    private bool isFull = true;
    private ParallelLayout? asked;

    /// <summary>Bytes that are free for the rank to come, though this process has them.</summary>
    public long Bytes => torch.memory_statistics().CachedBytes + (arena is null ? 0 : touched);

    /// <summary>Keeps the memory of tensors in the process from here on: a layout that changes needs it again.</summary>
    public void Keep()
    {
        if (job.Device.type == DeviceType.CPU)
        {
            torch.reserve_memory(0);
        }
    }

    /// <summary>Maps what the largest rank needs.</summary>
    /// <returns>Whether there is any of it to touch: not where the machine has too little for it.</returns>
    public bool Begin()
    {
        if (job.Layout is not { } layout || job.Device.type != DeviceType.CPU || arena is not null)
        {
            return false;
        }

        var geometry = new StageGeometry(job.Model, job.Options, layout);
        var ranks = Enumerable.Range(0, layout.World).Select(rank => RankMemory.Of(geometry, rank, job.RankOptions.Schedule)).ToList();
        var state = ranks.Max(rank => rank.State);
        var tensors = ranks.Max(rank => rank.Total - rank.State);

        // Blocks do not fill it without a gap.
        tensors += tensors / 16;
        if (state + tensors > MachineMemory.AvailableBytes() / 2)
        {
            return false;
        }

        Ask(() =>
        {
            arena = Create(state);
            isFull = false;
        });
        Ask(() =>
        {
            torch.reserve_memory(tensors);
            isFull = false;
        });
        touched = 0;
        return !isFull;
    }

    /// <summary>Touches the next part.</summary>
    /// <returns>Whether there is more.</returns>
    public bool Touch()
    {
        if (!isFull && torch.populate_memory(Part) == 0)
        {
            TouchArena(Part);
        }

        return !isFull;
    }

    /// <summary>Makes a little more of the memory ready that the rank's shard will need when the layout changes; called after a step.</summary>
    /// <param name="current">The layout of the step.</param>
    public void TouchForChange(ParallelLayout current)
    {
        if (arena is null && job.Device.type == DeviceType.CPU && asked != current)
        {
            asked = current;
            BeginChange(current);
        }

        if (!isFull)
        {
            TouchArena(PartOfStep);
        }
    }

    /// <summary>The memory for a shard, if it was mapped ahead and is large enough; the caller's from here on.</summary>
    public SharedMemory? Take(long bytes)
    {
        var memory = arena?.Bytes >= bytes ? arena : null;
        arena = memory is null ? arena : null;
        return memory;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        arena?.Dispose();
        arena = null;
    }

    /// <summary>Maps what a shard takes with one copy of the model less, and in the job's own layout where that is another.</summary>
    private void BeginChange(ParallelLayout current)
    {
        var next = new[] { current.Data > 1 ? new ParallelLayout(current.Tensor, current.Pipeline, current.Data - 1) : null, job.Layout == current ? null : job.Layout };
        var bytes = next.OfType<ParallelLayout>().Select(StateBytes).DefaultIfEmpty(0).Max();
        if (bytes > 0 && bytes < MachineMemory.AvailableBytes() / 8)
        {
            Ask(() =>
            {
                arena = Create(bytes);
                (touched, isFull) = (0, false);
            });
        }
    }

    private SharedMemory Create(long bytes) => create?.Invoke("meditron-state", bytes) ?? SharedMemory.Create("meditron-state", bytes);

    private void Ask(Action map)
    {
        try
        {
            map();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OutOfMemoryException or TorchException)
        {
            logger.Warning("Memory for a rank to come cannot be had ahead, and is taken when it is needed: {0}", exception.Message);
        }
    }

    private long StateBytes(ParallelLayout layout)
    {
        var geometry = new StageGeometry(job.Model, job.Options, layout);
        return Enumerable.Range(0, layout.World).Max(rank => RankMemory.Of(geometry, rank, job.RankOptions.Schedule).State);
    }

    private void TouchArena(long bytes)
    {
        touched = arena is null ? 0 : Math.Min(arena.Bytes, touched + bytes);
        arena?.Touch(Math.Max(0, touched - bytes), touched);
        isFull = arena is null || touched == arena.Bytes;
    }
}
