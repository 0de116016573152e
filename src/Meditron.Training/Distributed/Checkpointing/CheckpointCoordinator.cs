using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Journals;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Checkpointing;

/// <summary>
/// Commits sharded checkpoints in two phases: every rank writes its part, then the manifest is written, the folder renamed, and the commit journalled. Its
/// journal is the list of what may be resumed from. A cluster singleton beside the training coordinator.
/// </summary>
public sealed class CheckpointCoordinator : ReceivePersistentActor
{
    private readonly CheckpointCoordinatorOptions options;
    private readonly IActorRef listener;
    private readonly ICheckpointFiles files;
    private readonly ILoggingAdapter log = Context.GetLogger();
    private readonly SortedDictionary<int, CheckpointCommitted> committed = [];
    private readonly Dictionary<string, string> rejected = new(StringComparer.Ordinal);
    private readonly Dictionary<(long Generation, int Step), CheckpointPart?[]> pending = [];
    private long newestGeneration;

    /// <summary>Makes the coordinator.</summary>
    /// <param name="options">The job.</param>
    /// <param name="listener">Told of commits, failures and deletions: the training coordinator, or a proxy of it.</param>
    /// <param name="files">The run's checkpoints.</param>
    internal CheckpointCoordinator(CheckpointCoordinatorOptions options, IActorRef listener, ICheckpointFiles files)
    {
        this.options = options;
        this.listener = listener;
        this.files = files;
        Recover<CheckpointCommitted>(Know);
        Recover<CheckpointDeleted>(deleted => Forget(deleted.Path));
        Recover<RecoveryCompleted>(_ => Recovered());
        Command<CommitAgain>(again => Again(again.Commit));
        Command<ShardWritten>(Written);
        Command<ShardFailed>(Failed);
        Command<GetNewestCheckpoint>(question => Sender.Tell(Newest(question)));
        Command<RejectCheckpoint>(reject => rejected[reject.Path] = reject.Problem);
    }

    /// <inheritdoc/>
    public override string PersistenceId => IdOf(options.Run);

    /// <summary>The persistence id of a run's coordinator.</summary>
    internal static string IdOf(string run) => $"checkpoint-coordinator/{run}";

    /// <summary>The actor's properties.</summary>
    public static Props PropsFor(CheckpointCoordinatorOptions options, IActorRef listener) =>
        PropsFor(options, listener, new CheckpointFiles((options ?? throw new ArgumentNullException(nameof(options))).Folder));

    /// <summary>The actor's properties with checkpoints elsewhere.</summary>
    internal static Props PropsFor(CheckpointCoordinatorOptions options, IActorRef listener, ICheckpointFiles files) =>
        Props.Create(() => new CheckpointCoordinator(options, listener, files)).WithDispatcher(Workers.DeviceActor.Dispatcher);

    /// <inheritdoc/>
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        base.OnPersistFailure(cause, @event, sequenceNr);
        Context.System.EventStream.Publish(new JournalAway(PersistenceId, cause.Message, @event as CheckpointCommitted));
    }

    /// <inheritdoc/>
    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        base.OnRecoveryFailure(reason, message);
        Context.System.EventStream.Publish(new JournalAway(PersistenceId, reason.Message, null));
    }

    /// <summary>Journals a commit of which it is not known whether the journal has it; an older generation's is left out.</summary>
    private void Again(CheckpointCommitted commit)
    {
        var isKnown = committed.TryGetValue(commit.Position.Step, out var known) && known.Position.Generation == commit.Position.Generation;
        if (!isKnown && Accept(commit.Position) && files.Exists(commit.Path))
        {
            Persist(commit, written =>
            {
                Committed(written);
                Settled(written);
            });
        }
        else
        {
            Settled(commit);
        }
    }

    private void Settled(CheckpointCommitted commit) => Context.System.EventStream.Publish(new CommitSettled(PersistenceId, commit.Position.Step));

    private void Recovered()
    {
        Context.System.EventStream.Publish(new JournalRead(PersistenceId));
        // Checkpoints of this folder that no journal knows: written by a single process, or journalled in a database that was lost.
        foreach (var entry in files.List().Where(entry => !committed.ContainsKey(entry.Step)))
        {
            Know(new CheckpointCommitted { Position = new Protocol.CheckpointPosition { Step = entry.Step }, Path = entry.Path });
        }

        foreach (var (_, missing) in committed.Where(pair => !files.Exists(pair.Value.Path)).ToList())
        {
            log.Warning("The checkpoint {0} is in the journal but not on the disk.", missing.Path);
            Forget(missing.Path);
        }

        foreach (var checkpoint in committed.Values)
        {
            listener.Tell(checkpoint);
        }

        listener.Tell(new CheckpointingStarted());
    }

    private void Written(ShardWritten written)
    {
        var position = written.Position;
        if (!Accept(position))
        {
            return;
        }

        var layout = position.Layout;
        var world = layout.Tensor * layout.Pipeline * layout.Data;
        if (!pending.TryGetValue((position.Generation, position.Step), out var parts))
        {
            pending.Add((position.Generation, position.Step), parts = new CheckpointPart?[world]);
        }

        parts[written.Rank] = CheckpointMessages.Part(written);
        var missing = parts.Count(part => part is null);
        if (missing > 0 && !(missing == 1 && parts.Length > 1 && options.IsPlanted(PlantedMistake.CheckpointWithoutShard)))
        {
            return;
        }

        pending.Remove((position.Generation, position.Step));
        try
        {
            var entry = files.Commit(
                CheckpointMessages.Position(position, options.Context), options.Context.Model, new CheckpointLayout(layout.Tensor, layout.Pipeline, layout.Data), [.. parts.OfType<CheckpointPart>()]);
            Persist(new CheckpointCommitted { Position = position, Path = entry.Path, Bytes = parts.Sum(part => part?.File.Bytes ?? 0) }, Committed);
        }
        catch (CheckpointException exception)
        {
            Report(position, exception.Message);
        }
    }

    private void Committed(CheckpointCommitted checkpoint)
    {
        Know(checkpoint);
        listener.Tell(checkpoint);
        var deletions = new List<CheckpointDeleted>();
        foreach (var doomed in CheckpointRetention.Doomed([.. committed.Values], options.KeepLast, options.KeepEvery, options.KeepBest))
        {
            try
            {
                files.Delete(doomed.Path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                log.Warning("The old checkpoint {0} could not be deleted: {1}", doomed.Path, exception.Message);
                continue;
            }

            deletions.Add(new CheckpointDeleted { Step = doomed.Position.Step, Path = doomed.Path });
        }

        if (deletions.Count > 0)
        {
            PersistAll(deletions, deleted =>
            {
                Forget(deleted.Path);
                listener.Tell(deleted);
            });
        }
    }

    private void Failed(ShardFailed failed)
    {
        if (Accept(failed.Position))
        {
            pending.Remove((failed.Position.Generation, failed.Position.Step));
            Report(failed.Position, $"rank {failed.Rank}: {failed.Error}");
        }
    }

    /// <summary>Whether a part is of the newest generation; what older ones left behind is dropped.</summary>
    private bool Accept(Protocol.CheckpointPosition position)
    {
        if (position.Generation < newestGeneration)
        {
            return false;
        }

        if (position.Generation > newestGeneration)
        {
            newestGeneration = position.Generation;
            foreach (var old in pending.Keys.Where(key => key.Generation < newestGeneration).ToList())
            {
                pending.Remove(old);
            }
        }

        return true;
    }

    private void Report(Protocol.CheckpointPosition position, string error)
    {
        log.Error("The checkpoint of step {0} failed: {1}", position.Step, error);
        listener.Tell(new CheckpointFailed { Generation = position.Generation, Step = position.Step, Error = error });
    }

    private NewestCheckpoint Newest(GetNewestCheckpoint question)
    {
        var answer = new NewestCheckpoint { Correlation = question.Correlation };
        var candidates = options.IsPlanted(PlantedMistake.OldestCheckpoint) ? committed.Values : committed.Values.Reverse();
        foreach (var checkpoint in candidates.Where(checkpoint => question.Below == 0 || checkpoint.Position.Step < question.Below))
        {
            if (Problem(checkpoint.Path) is { } problem)
            {
                answer.Rejected.Add(problem);
                continue;
            }

            answer.Path = checkpoint.Path;
            answer.Step = checkpoint.Position.Step;
            return answer;
        }

        if (options.StartFrom is { } first)
        {
            // What the run began with is older than all that it has written.
            answer.Path = first.Path;
            answer.Step = first.Step;
        }

        return answer;
    }

    /// <summary>What is wrong with a checkpoint as far as its manifest tells; its blocks are checked by the ranks that read them.</summary>
    private string? Problem(string path) => rejected.TryGetValue(path, out var problem) ? problem : files.Problem(path, options.Context.Model);

    private void Know(CheckpointCommitted checkpoint)
    {
        committed[checkpoint.Position.Step] = checkpoint;
        newestGeneration = Math.Max(newestGeneration, checkpoint.Position.Generation);
    }

    private void Forget(string path)
    {
        foreach (var (step, _) in committed.Where(pair => pair.Value.Path == path).ToList())
        {
            committed.Remove(step);
        }
    }
}
