using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Recovery.Copies;

/// <summary>Has a rank's shard copied to another machine after every step, to where the coordinator says.</summary>
/// <param name="job">What the shard's content depends on, as a number.</param>
/// <param name="timeout">How long the other machine may take for anything.</param>
/// <param name="lost">Told that no copy is made any more, on any thread.</param>
internal sealed class ShardCopier(ulong job, TimeSpan timeout, Action<CopyLost> lost) : IShardCopies, IDisposable
{
    private CopyStream? stream;

    /// <summary>Gets a value indicating whether copies are made.</summary>
    public bool IsCopying => stream is { HasEnded: false };

    /// <summary>Begins with the version that training stands on; copies to another place end.</summary>
    /// <param name="to">Where to, in which generation.</param>
    /// <param name="state">The shard; it lies in an arena.</param>
    public void Start(CopyTo to, ShardedState state)
    {
        Stop();
        if (to.Server is not { } server || state.Arena is not { } arena)
        {
            return;
        }

        var identity = arena.Identity;
        var keep = new KeepCopy
        {
            Generation = to.Generation,
            Job = job,
            Layout = new Layout { Tensor = identity.Layout.Tensor, Pipeline = identity.Layout.Pipeline, Data = identity.Layout.Data },
            Rank = identity.Rank,
            Start = Positions.Message(state.Position),
        };
        keep.Pieces.AddRange(arena.Blocks.Pieces);
        keep.History.AddRange(arena.History().Where(position => position.Step <= state.Position.Step).Select(Positions.Message));
        stream = new CopyStream(server, keep, arena, timeout, problem => lost(new CopyLost { Generation = to.Generation, Rank = identity.Rank, Server = server.Id, Problem = problem }));
        stream.Begin(state);
    }

    /// <summary>Makes no more copies.</summary>
    public void Stop()
    {
        stream?.Dispose();
        stream = null;
    }

    /// <inheritdoc/>
    public void Begin(ShardedState state) => stream?.Begin(state);

    /// <inheritdoc/>
    public void End(Action interrupted) => stream?.End(interrupted);

    /// <inheritdoc/>
    public void Dispose() => Stop();
}
