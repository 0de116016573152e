using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>Recovery: a permit, then a snapshot, then the events after it. All other messages wait.</summary>
public abstract partial class Eventsourced
{
    private ICancelable? _recoveryTimer;
    private RecoveryTick? _recoveryTick;
    private TimeSpan _recoveryTimeout;
    private bool _hasPermit;
    private bool _sawEvent;

    private void RequestRecoveryPermit()
    {
        _phase = Phase.WaitingForPermit;
        Extension.RecoveryPermitter.Tell(PersistencePermit.Request, Self);
    }

    private void ReturnRecoveryPermit()
    {
        if (_hasPermit)
        {
            _hasPermit = false;
            Extension.RecoveryPermitter.Tell(PersistencePermit.Return, Self);
        }
    }

    /// <summary>Gives back a permit that an instance before a restart had asked for: somebody else needs it more.</summary>
    private void ReturnSuperfluousPermit() => Extension.RecoveryPermitter.Tell(PersistencePermit.Return, Self);

    private void Recover(object message)
    {
        switch (message)
        {
            case PersistencePermit permit when permit == PersistencePermit.Granted && _phase == Phase.WaitingForPermit:
                _hasPermit = true;
                LoadSnapshot();
                break;
            case LoadSnapshotResult loaded when _phase == Phase.LoadingSnapshot:
                StopRecoveryTimer();
                OfferSnapshot(loaded);
                break;
            case LoadSnapshotFailed failed when _phase == Phase.LoadingSnapshot:
                FailRecovery(failed.Cause, null);
                break;
            case ReplayedMessage replayed when _phase == Phase.Replaying:
                _sawEvent = true;
                Replay(replayed.Persistent);
                break;
            case RecoverySuccess success when _phase == Phase.Replaying:
                CompleteRecovery(success.HighestSequenceNr);
                break;
            case ReplayMessagesFailure failure when _phase == Phase.Replaying:
                FailRecovery(failure.Cause, null);
                break;
            case RecoveryTick tick:
                CheckProgress(tick);
                break;
            case PersistencePermit:
                ReturnSuperfluousPermit();
                break;
            case ReplayedMessage or RecoverySuccess or ReplayMessagesFailure:
                // Of a replay that an instance before a restart had asked for.
                break;
            default:
                StashInternally(message);
                break;
        }
    }

    private void LoadSnapshot()
    {
        var recovery = Recovery;
        _recoveryTimeout = Extension.RecoveryEventTimeout(JournalPluginId);
        _phase = Phase.LoadingSnapshot;
        StartRecoveryTimer(snapshot: true);
        LoadSnapshot(SnapshotterId, recovery.FromSnapshot, recovery.ToSequenceNr);
    }

    private void OfferSnapshot(LoadSnapshotResult loaded)
    {
        if (loaded.Snapshot is { } snapshot)
        {
            var before = LastSequenceNr;
            LastSequenceNr = snapshot.Metadata.SequenceNr;
            var offer = new SnapshotOffer(snapshot.Metadata, snapshot.Snapshot);
            try
            {
                if (!ReceiveRecover(offer))
                {
                    // The actor does not want it: all events are replayed instead.
                    LastSequenceNr = before;
                    Unhandled(offer);
                }
            }
            catch (Exception cause)
            {
                FailRecovery(cause, offer);
                return;
            }
        }

        _phase = Phase.Replaying;
        _sawEvent = false;
        StartRecoveryTimer(snapshot: false);
        var from = LastSequenceNr + (loaded.Snapshot is not null && ((ActorSystemImpl)Context.System).Runtime.IsPlanted(PlantedBug.SnapshotEventReplayed) ? 0 : 1);
        Journal.Tell(new ReplayMessages(from, loaded.ToSequenceNr, Recovery.ReplayMax, PersistenceId, Self), Self);
    }

    private void Replay(IPersistentRepresentation persistent)
    {
        try
        {
            UpdateLastSequenceNr(persistent);
            if (!ReceiveRecover(persistent.Payload))
            {
                Unhandled(persistent.Payload);
            }
        }
        catch (Exception cause)
        {
            FailRecovery(cause, persistent.Payload);
        }
    }

    private void CompleteRecovery(long highestSequenceNr)
    {
        StopRecoveryTimer();
        try
        {
            OnReplaySuccess();
        }
        catch (Exception cause)
        {
            FailRecovery(cause, null);
            return;
        }

        LastSequenceNr = Math.Max(highestSequenceNr, LastSequenceNr);
        _sequenceNr = LastSequenceNr;
        _isRecovering = false;
        try
        {
            if (!ReceiveRecover(RecoveryCompleted.Instance))
            {
                Unhandled(RecoveryCompleted.Instance);
            }
        }
        finally
        {
            // A strategy may resume the actor although its handler failed.
            ReturnRecoveryPermit();
            FlushBatch();
            GoOn(failed: true);
        }
    }

    private void FailRecovery(Exception cause, object? message)
    {
        StopRecoveryTimer();
        _phase = Phase.Stopping;
        try
        {
            OnRecoveryFailure(cause, message);
        }
        finally
        {
            Context.Stop(Self);
            ReturnRecoveryPermit();
        }
    }

    private void CheckProgress(RecoveryTick tick)
    {
        // One of a timer that has been stopped may still be under way.
        if (!ReferenceEquals(tick, _recoveryTick))
        {
            return;
        }

        if (_phase == Phase.LoadingSnapshot)
        {
            FailRecovery(new RecoveryTimedOutException($"The snapshot store did not answer within {_recoveryTimeout}."), null);
        }
        else if (!_sawEvent)
        {
            FailRecovery(new RecoveryTimedOutException($"The journal sent no event within {_recoveryTimeout}; the last one had sequence number {LastSequenceNr}."), null);
        }
        else
        {
            _sawEvent = false;
        }
    }

    private void StartRecoveryTimer(bool snapshot)
    {
        _recoveryTick = new RecoveryTick(snapshot);
        _recoveryTimer = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(_recoveryTimeout, _recoveryTimeout, Self, _recoveryTick, Self);
    }

    private void StopRecoveryTimer()
    {
        _recoveryTimer?.Cancel();
        _recoveryTimer = null;
        _recoveryTick = null;
    }
}
