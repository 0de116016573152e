using Meditron.Torch;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;

namespace Meditron.Training.Distributed.Workers;

/// <summary>The memory of a device's shards that outlives the process: the one that it trains with, and those of layouts before, until they are of no more use.</summary>
internal sealed class DeviceMemory(WorkerJob job) : IDisposable
{
    private readonly List<StateArena> retained = [];

    /// <summary>Makes the memory of a rank's shard; none on a device with memory of its own.</summary>
    /// <exception cref="IOException">The system does not give it.</exception>
    public StateArena? Create(StageGeometry geometry, int rank)
    {
        var at = geometry.Layout.At(rank);
        var plan = geometry.PlanOf(at);
        return job.Device.type == DeviceType.CPU
            ? StateArena.Create(new ArenaIdentity(Guid.NewGuid(), job.StateHash, geometry.Layout, rank, plan.ShardLength(at.Data)), plan.PiecesOf(at.Data))
            : null;
    }

    /// <summary>Keeps a shard's memory beyond the trainer that owns it.</summary>
    public void Retain(StateArena arena) => retained.Add(StateArena.Open(Environment.ProcessId, arena.Descriptor, arena.Identity.Token));

    /// <summary>What others can be given: the trainer's shard and the retained ones.</summary>
    public IEnumerable<StateHandle> Handles(StateArena? current)
    {
        var handles = retained.Select(arena => StateHolder.Describe(arena, isMaker: false));
        return current is null ? handles : handles.Append(StateHolder.Describe(current, isMaker: true));
    }

    /// <summary>Fills a rank's shard from the memory of the ranks of a layout.</summary>
    /// <exception cref="CheckpointException">A process that had a part is gone, or its memory is of another model.</exception>
    public StepPosition Load(StartFrom start, ShardedState target, RankCoordinates at)
    {
        var layout = start.States[0].Layout;
        var arenas = new List<(StateArena Arena, bool IsOwn)>();
        try
        {
            foreach (var handle in start.States.Where(handle => handle.Machine == StateHolder.Machine))
            {
                arenas.Add(Find(handle));
            }

            var geometry = new StageGeometry(job.Model, job.Options, new ParallelLayout(layout.Tensor, layout.Pipeline, layout.Data));
            using var source = new ArenaSource(arenas.Select(entry => entry.Arena), geometry, at.Tensor, start.Step);
            source.CopyTo(target, job.Kernels);
            return source.Position!;
        }
        catch (IOException exception)
        {
            throw new CheckpointException($"The state of step {start.Step} cannot be taken from memory: {exception.Message}", exception);
        }
        finally
        {
            foreach (var (arena, _) in arenas.Where(entry => !entry.IsOwn))
            {
                arena.Dispose();
            }
        }
    }

    /// <summary>Lets go of what layouts before had.</summary>
    public void Release()
    {
        retained.ForEach(arena => arena.Dispose());
        retained.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    private (StateArena Arena, bool IsOwn) Find(StateHandle handle)
    {
        var token = StateHolder.TokenOf(handle);
        var own = retained.Find(arena => arena.Identity.Token == token);
        var arena = own ?? StateArena.Open(handle.ProcessId, handle.Fd, token);
        if (arena.Identity.Job != job.StateHash)
        {
            throw new IOException($"the memory of process {handle.ProcessId} is of another model or batch");
        }

        return (arena, own is not null);
    }
}
