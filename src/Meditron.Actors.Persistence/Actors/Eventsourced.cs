using Meditron.Actors.Actor;
using Meditron.Actors.Dispatch;
using Meditron.Actors.Event;

namespace Meditron.Actors.Persistence;

/// <summary>The base of persistent actors: its state comes from events in a journal, and no command is processed before the events of those before it are written.</summary>
public abstract partial class Eventsourced : ActorBase, IPersistentIdentity, IPersistenceStash, IPersistenceRecovery
{
    private readonly int _instanceId;
    private readonly string _writerGuid;
    private IActorRef? _journal;
    private IActorRef? _snapshotStore;
    private Phase _phase = Phase.WaitingForPermit;
    private bool _isRecovering = true;
    private bool _isHandlingAsync;

    /// <summary>Made by the engine alone.</summary>
    protected Eventsourced()
    {
        Extension = Persistence.Instance.Apply(Context.System);
        _instanceId = Extension.NextInstanceId();
        _writerGuid = Extension.NewWriterGuid();
        // Unlike the stash of the user, this one has the capacity of the mailbox or the props, if they have one.
        _internalStash = new ActorStash(Cell, isUnbounded: false);
        Log = Context.GetLogger();
    }

    /// <summary>What the actor is busy with, which decides what it does with messages.</summary>
    private enum Phase
    {
        /// <summary>Too many actors recover: it waits for its turn.</summary>
        WaitingForPermit,

        /// <summary>Waits for a snapshot.</summary>
        LoadingSnapshot,

        /// <summary>Waits for the events after the snapshot.</summary>
        Replaying,

        /// <summary>Takes commands.</summary>
        ProcessingCommands,

        /// <summary>Waits for events to be written before it takes the next command.</summary>
        PersistingEvents,

        /// <summary>Cannot go on, and stops.</summary>
        Stopping,
    }

    /// <summary>The persistence of the actor system.</summary>
    protected PersistenceExtension Extension { get; }

    /// <summary>The actor's log.</summary>
    protected virtual ILoggingAdapter Log { get; }

    /// <inheritdoc/>
    public abstract string PersistenceId { get; }

    /// <inheritdoc/>
    public virtual Recovery Recovery => Recovery.Default;

    /// <inheritdoc/>
    public virtual IStashOverflowStrategy InternalStashOverflowStrategy => Extension.DefaultInternalStashOverflowStrategy;

    /// <inheritdoc/>
    public string? JournalPluginId { get; protected set; }

    /// <inheritdoc/>
    public string? SnapshotPluginId { get; protected set; }

    /// <summary>The journal.</summary>
    public IActorRef Journal => _journal ??= Extension.JournalFor(JournalPluginId);

    /// <summary>The snapshot store.</summary>
    public IActorRef SnapshotStore => _snapshotStore ??= Extension.SnapshotStoreFor(SnapshotPluginId);

    /// <summary>Whether the state is being recovered.</summary>
    public bool IsRecovering => _isRecovering;

    /// <summary>Whether the state has been recovered.</summary>
    public bool IsRecoveryFinished => !_isRecovering;

    /// <summary>The highest number of an event that was replayed or written.</summary>
    public long LastSequenceNr { get; private set; }

    /// <summary>Handles a replayed event, a <see cref="SnapshotOffer"/> or <see cref="RecoveryCompleted"/>.</summary>
    protected abstract bool ReceiveRecover(object message);

    /// <summary>Handles a command.</summary>
    protected abstract bool ReceiveCommand(object message);

    /// <summary>Deletes the events up to a number; a <see cref="DeleteMessagesSuccess"/> or a <see cref="DeleteMessagesFailure"/> comes back.</summary>
    public void DeleteMessages(long toSequenceNr)
    {
        if (toSequenceNr == long.MaxValue || toSequenceNr <= LastSequenceNr)
        {
            Journal.Tell(new DeleteMessagesTo(PersistenceId, Math.Min(toSequenceNr, LastSequenceNr), Self));
        }
        else
        {
            Self.Tell(new DeleteMessagesFailure(
                new InvalidOperationException($"Cannot delete events of {PersistenceId} up to {toSequenceNr}: the last one is {LastSequenceNr}."), toSequenceNr));
        }
    }

    /// <summary>Called when all events have been replayed, before <see cref="RecoveryCompleted"/>.</summary>
    protected virtual void OnReplaySuccess()
    {
    }

    /// <summary>Called when the state cannot be recovered; the actor stops afterwards.</summary>
    protected virtual void OnRecoveryFailure(Exception reason, object? message = null)
    {
        if (message is null)
        {
            Log.Error(reason, "Recovery of {0} failed: {1} The last known sequence number is {2}; the actor stops.", PersistenceId, reason.Message, LastSequenceNr);
        }
        else
        {
            Log.Error(
                reason,
                "Recovery of {0} failed: the event {1} with sequence number {2} was not handled: {3} The actor stops.",
                PersistenceId,
                message.GetType(),
                LastSequenceNr,
                reason.Message);
        }
    }

    /// <summary>Called when an event was not written, or it is not known whether it was; the actor stops afterwards.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Log.Error(
        cause, "Failed to persist event type {0} with sequence number {1} for persistence id {2}: {3} The actor stops.", @event.GetType(), sequenceNr, PersistenceId, cause.Message);

    /// <summary>Called when an event was certainly not written, as when it cannot be serialized; the actor goes on.</summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Log.Error(
        cause, "Refused to persist event type {0} with sequence number {1} for persistence id {2}: {3}", @event.GetType(), sequenceNr, PersistenceId, cause.Message);

    /// <summary>Runs an asynchronous action as the present message's handler: no other is processed before it has ended.</summary>
    protected void RunTask(Func<Task> action)
    {
        if (_isHandlingAsync)
        {
            throw new NotSupportedException($"{GetType().Name}: RunTask cannot be called inside an action of RunTask; await the action instead.");
        }

        ActorTaskScheduler.RunTask(async () =>
        {
            var task = action();
            if (task.IsCompleted)
            {
                // The command ends with this call, as any other.
                task.GetAwaiter().GetResult();
                return;
            }

            _isHandlingAsync = true;
            var failed = true;
            try
            {
                await task;
                failed = false;
            }
            finally
            {
                _isHandlingAsync = false;
                CommandEnded(failed);
            }
        });
    }
}
