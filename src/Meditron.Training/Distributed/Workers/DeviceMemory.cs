using Meditron.Torch;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;
using Meditron.Training.Recovery.Copies;

namespace Meditron.Training.Distributed.Workers;

/// <summary>The memory of a device's shards that outlives the process: the one that it trains with, and those of layouts before, until they are of no more use.</summary>
internal sealed class DeviceMemory(WorkerJob job, StandbyMemory? standby = null) : IDisposable
{
    private readonly List<StateArena> retained = [];
    private volatile IDisposable? reading;

    /// <summary>Makes the memory of a rank's shard; none on a device with memory of its own.</summary>
    /// <exception cref="IOException">The system does not give it.</exception>
    public StateArena? Create(StageGeometry geometry, int rank)
    {
        var at = geometry.Layout.At(rank);
        var plan = geometry.PlanOf(at);
        if (job.Device.type != DeviceType.CPU)
        {
            return null;
        }

        var pieces = plan.PiecesOf(at.Data);
        return StateArena.Create(
            new ArenaIdentity(Guid.NewGuid(), job.StateHash, geometry.Layout, rank, plan.ShardLength(at.Data)), pieces, standby?.Take(StateArena.BytesOf(pieces)));
    }

    /// <summary>Keeps a shard's memory beyond the trainer that owns it.</summary>
    public void Retain(StateArena arena) => retained.Add(StateArena.Open(Environment.ProcessId, arena.Descriptor, arena.Identity.Token));

    /// <summary>What others can be given: the trainer's shard and the retained ones.</summary>
    public IEnumerable<StateHandle> Handles(StateArena? current)
    {
        var handles = retained.Select(arena => StateHolder.Describe(arena, isMaker: false));
        return current is null ? handles : handles.Append(StateHolder.Describe(current, isMaker: true));
    }

    /// <summary>Fills a rank's shard from the memory of the ranks of a layout, of this machine where it has a part, else of others.</summary>
    /// <param name="start">The step, and where its shards are.</param>
    /// <param name="servers">How other machines are reached.</param>
    /// <param name="target">The shard.</param>
    /// <param name="at">Its rank's place.</param>
    /// <param name="interrupted">Throws where the generation was aborted before a connection could be interrupted.</param>
    /// <exception cref="CheckpointException">A process that had a part is gone, or its memory is of another model.</exception>
    public StepPosition Load(StartFrom start, IReadOnlyList<StateServer> servers, ShardedState target, RankCoordinates at, Action interrupted)
    {
        var layout = start.States[0].Layout;
        var geometry = new StageGeometry(job.Model, job.Options, new ParallelLayout(layout.Tensor, layout.Pipeline, layout.Data));
        var shards = new List<IShardMemory>();
        try
        {
            foreach (var rank in start.States.Where(handle => geometry.Layout.At(handle.Rank).Tensor == at.Tensor).GroupBy(handle => handle.Rank))
            {
                // Others are there for what is gone or damaged here.
                var elsewhere = rank
                    .Where(handle => handle.Machine != StateHolder.Machine)
                    .Select(handle => (Handle: handle, Server: servers.FirstOrDefault(server => server.Id == handle.Server)))
                    .Where(entry => entry.Server is not null)
                    .Select(entry => new RemoteShard(entry.Handle, entry.Server!, job.StateHash, start.Step, job.CopyTimeout, Opened))
                    .ToList();
                if (rank.FirstOrDefault(handle => handle.Machine == StateHolder.Machine) is { } here)
                {
                    try
                    {
                        shards.Add(Here(here, start.Step));
                    }
                    catch (Exception exception) when (exception is IOException or CheckpointException && elsewhere.Count > 0)
                    {
                        // It has ended since it was asked.
                    }
                }

                shards.AddRange(elsewhere);
            }

            using var source = new ArenaSource(shards, geometry);
            source.CopyTo(target, job.Kernels);
            return source.Position ?? throw new CheckpointException($"The state of step {start.Step} is in no memory that can be reached.");

            void Opened(IDisposable connection)
            {
                reading = connection;
                interrupted();
            }
        }
        catch (IOException exception)
        {
            throw new CheckpointException($"The state of step {start.Step} cannot be taken from memory: {exception.Message}", exception);
        }
    }

    /// <summary>Ends a read from another machine that is under way; from any thread.</summary>
    public void Interrupt() => reading?.Dispose();

    /// <summary>Lets go of what layouts before had.</summary>
    public void Release()
    {
        retained.ForEach(arena => arena.Dispose());
        retained.Clear();
    }

    /// <inheritdoc/>
    public void Dispose() => Release();

    private ArenaShard Here(StateHandle handle, int step)
    {
        var token = StateHolder.TokenOf(handle);
        var own = retained.Find(arena => arena.Identity.Token == token);
        var arena = own ?? StateArena.Open(handle.ProcessId, handle.Fd, token);
        try
        {
            return arena.Identity.Job == job.StateHash
                ? new ArenaShard(arena, step, isOwned: own is null)
                : throw new IOException($"the memory of process {handle.ProcessId} is of another model or batch");
        }
        catch when (own is null)
        {
            arena.Dispose();
            throw;
        }
    }
}
