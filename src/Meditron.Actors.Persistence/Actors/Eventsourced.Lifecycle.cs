using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Persistence;

/// <summary>Start, restart and end, and which message goes where.</summary>
public abstract partial class Eventsourced
{
    /// <inheritdoc/>
    public override void AroundPreStart()
    {
        if (PersistenceId is null)
        {
            throw new InvalidOperationException($"The PersistenceId of {GetType().Name} at {Self.Path} is null: give it one that is the same in every incarnation, and of no other actor.");
        }

        // A plugin that is not there is an error now, not at the first event.
        _ = Journal;
        _ = SnapshotStore;
        RequestRecoveryPermit();
        base.AroundPreStart();
    }

    /// <inheritdoc/>
    public override void AroundPreRestart(Exception cause, object message)
    {
        try
        {
            UnstashEverything();
        }
        finally
        {
            StopRecoveryTimer();
            ReturnRecoveryPermit();
            FlushJournalBatch();
            base.AroundPreRestart(cause, message switch
            {
                WriteMessageSuccess success => success.Persistent,
                LoopMessageSuccess loop => loop.Message,
                ReplayedMessage replayed => replayed.Persistent,
                _ => message,
            });
        }
    }

    /// <inheritdoc/>
    public override void AroundPostRestart(Exception cause, object message)
    {
        RequestRecoveryPermit();
        base.AroundPostRestart(cause, message);
    }

    /// <inheritdoc/>
    public override void AroundPostStop()
    {
        try
        {
            UnstashEverything();
        }
        finally
        {
            StopRecoveryTimer();
            ReturnRecoveryPermit();
            base.AroundPostStop();
        }
    }

    /// <inheritdoc/>
    protected internal override bool AroundReceive(Receive receive, object message)
    {
        switch (_phase)
        {
            case Phase.ProcessingCommands:
                if (!TryHandleWriteResponse(message) && !IsLeftOver(message))
                {
                    ProcessCommand(receive, message);
                }

                break;
            case Phase.PersistingEvents:
                if (!TryHandleWriteResponse(message) && !IsLeftOver(message))
                {
                    StashInternally(message);
                }

                break;
            case Phase.Stopping:
                StashInternally(message);
                break;
            default:
                Recover(message);
                break;
        }

        return true;
    }

    /// <inheritdoc/>
    protected override void Unhandled(object message)
    {
        switch (message)
        {
            case RecoveryCompleted:
                return;
            case SaveSnapshotFailure failure:
                Log.Warning(failure.Cause, "Failed to save the snapshot {0}: {1}", failure.Metadata, failure.Cause.Message);
                break;
            case DeleteSnapshotFailure failure:
                Log.Warning(failure.Cause, "Failed to delete the snapshot {0}: {1}", failure.Metadata, failure.Cause.Message);
                break;
            case DeleteSnapshotsFailure failure:
                Log.Warning(failure.Cause, "Failed to delete the snapshots of {0} that fit {1}: {2}", PersistenceId, failure.Criteria, failure.Cause.Message);
                break;
            case DeleteMessagesFailure failure:
                Log.Warning(failure.Cause, "Failed to delete the events of {0} up to {1}: {2}", PersistenceId, failure.ToSequenceNr, failure.Cause.Message);
                break;
        }

        base.Unhandled(message);
    }

    /// <summary>Whether a message belongs to a recovery that is over.</summary>
    private bool IsLeftOver(object message)
    {
        if (message is PersistencePermit)
        {
            ReturnSuperfluousPermit();
            return true;
        }

        return message is RecoveryTick or ReplayedMessage or RecoverySuccess or ReplayMessagesFailure;
    }
}
