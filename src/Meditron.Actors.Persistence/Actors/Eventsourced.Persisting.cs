using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>Writing events and running their handlers.</summary>
public abstract partial class Eventsourced
{
    private readonly Queue<IPendingHandlerInvocation> _pendingInvocations = new();

    /// <summary>What the present command persists; goes to the journal when the command has ended.</summary>
    private readonly List<IPersistentEnvelope> _eventBatch = [];

    /// <summary>What waits for the journal to end the write before.</summary>
    private List<IPersistentEnvelope> _journalBatch = [];
    private bool _isWriteInProgress;
    private long _pendingStashingInvocations;
    private long _sequenceNr;

    /// <summary>Writes an event, and calls the handler once it is written; no command is processed before that.</summary>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        ThrowWhileRecovering();
        _pendingStashingInvocations++;
        _pendingInvocations.Enqueue(new StashingHandlerInvocation(@event!, Untyped(handler)));
        _eventBatch.Add(new AtomicWrite(Next(@event!)));
    }

    /// <summary>Writes events all together or not at all, and calls the handler for each once they are written; no command is processed before that.</summary>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) => PersistAll(events, handler, stashing: true);

    /// <summary>Writes an event, and calls the handler once it is written; commands are processed meanwhile.</summary>
    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        ThrowWhileRecovering();
        _pendingInvocations.Enqueue(new AsyncHandlerInvocation(@event!, Untyped(handler)));
        _eventBatch.Add(new AtomicWrite(Next(@event!)));
    }

    /// <summary>Writes events all together or not at all, and calls the handler for each once they are written; commands are processed meanwhile.</summary>
    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) => PersistAll(events, handler, stashing: false);

    /// <summary>Calls the handler once all events before are written and their handlers called; at once if there are none. Nothing is written.</summary>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler)
    {
        ThrowWhileRecovering();
        if (_pendingInvocations.Count == 0)
        {
            handler(evt);
            return;
        }

        _pendingInvocations.Enqueue(new AsyncHandlerInvocation(evt!, Untyped(handler)));
        _eventBatch.Add(new NonPersistentMessage(evt!, Sender));
    }

    private static Action<object> Untyped<TEvent>(Action<TEvent> handler) => message => handler((TEvent)message);

    private void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler, bool stashing)
    {
        ThrowWhileRecovering();
        if (events is null)
        {
            return;
        }

        var untyped = Untyped(handler);
        var written = ImmutableArray.CreateBuilder<IPersistentRepresentation>();
        foreach (var each in events)
        {
            if (stashing)
            {
                _pendingStashingInvocations++;
                _pendingInvocations.Enqueue(new StashingHandlerInvocation(each!, untyped));
            }
            else
            {
                _pendingInvocations.Enqueue(new AsyncHandlerInvocation(each!, untyped));
            }

            written.Add(Next(each!));
        }

        if (written.Count > 0)
        {
            _eventBatch.Add(new AtomicWrite(written.ToImmutable()));
        }
    }

    private Persistent Next(object @event) => new(@event, ++_sequenceNr, PersistenceId, sender: Sender, writerGuid: _writerGuid);

    private void ThrowWhileRecovering()
    {
        if (_isRecovering)
        {
            throw new InvalidOperationException($"{PersistenceId} cannot persist during replay. Events can be persisted when receiving RecoveryCompleted or later.");
        }
    }

    private void ProcessCommand(Receive receive, object message)
    {
        var failed = true;
        try
        {
            if (!base.AroundReceive(receive, message))
            {
                Unhandled(message);
            }

            failed = false;
        }
        finally
        {
            CommandEnded(failed);
        }
    }

    /// <summary>Sends what the command persisted to the journal, and decides whether the next one may come.</summary>
    private void CommandEnded(bool failed)
    {
        FlushBatch();
        if (!_isHandlingAsync)
        {
            GoOn(failed);
        }
    }

    private void GoOn(bool failed)
    {
        if (_pendingStashingInvocations > 0)
        {
            _phase = Phase.PersistingEvents;
        }
        else
        {
            _phase = Phase.ProcessingCommands;
            UnstashInternally(all: failed);
        }
    }

    private void FlushBatch()
    {
        if (_eventBatch.Count > 0)
        {
            _journalBatch.AddRange(_eventBatch);
            _eventBatch.Clear();
        }

        FlushJournalBatch();
    }

    private void FlushJournalBatch()
    {
        if (!_isWriteInProgress && _journalBatch.Count > 0)
        {
            Journal.Tell(new WriteMessages(_journalBatch, Self, _instanceId), Self);
            _journalBatch = [];
            _isWriteInProgress = true;
        }
    }

    /// <summary>Handles the journal's answers to writes; false if the message is none.</summary>
    private bool TryHandleWriteResponse(object message)
    {
        // Answers to an instance before a restart are of no more interest.
        switch (message)
        {
            case WriteMessageSuccess success:
                if (success.ActorInstanceId == _instanceId)
                {
                    UpdateLastSequenceNr(success.Persistent);
                    RunPendingHandler(success.Persistent.Payload);
                }

                return true;
            case WriteMessageRejected rejected:
                if (rejected.ActorInstanceId == _instanceId)
                {
                    UpdateLastSequenceNr(rejected.Persistent);
                    EndPendingInvocation(failed: false);
                    OnPersistRejected(rejected.Cause, rejected.Persistent.Payload, rejected.Persistent.SequenceNr);
                }

                return true;
            case WriteMessageFailure failure:
                if (failure.ActorInstanceId == _instanceId)
                {
                    HandleWriteFailure(failure);
                }

                return true;
            case LoopMessageSuccess loop:
                if (loop.ActorInstanceId == _instanceId)
                {
                    RunPendingHandler(loop.Message);
                }

                return true;
            case WriteMessagesSuccessful:
                _isWriteInProgress = false;
                FlushJournalBatch();
                return true;
            case WriteMessagesFailed failed:
                // Where there was an event, its failure follows and stops the actor.
                if (failed.WriteCount == 0)
                {
                    _isWriteInProgress = false;
                }

                return true;
            default:
                return false;
        }
    }

    private void HandleWriteFailure(WriteMessageFailure failure)
    {
        _phase = Phase.Stopping;
        try
        {
            OnPersistFailure(failure.Cause, failure.Persistent.Payload, failure.Persistent.SequenceNr);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    private void RunPendingHandler(object payload)
    {
        var failed = true;
        try
        {
            try
            {
                _pendingInvocations.Peek().Handler(payload);
            }
            finally
            {
                FlushBatch();
            }

            failed = false;
        }
        finally
        {
            EndPendingInvocation(failed);
        }
    }

    private void EndPendingInvocation(bool failed)
    {
        if (_pendingInvocations.Dequeue() is StashingHandlerInvocation)
        {
            _pendingStashingInvocations--;
        }

        GoOn(failed);
    }

    private void UpdateLastSequenceNr(IPersistentRepresentation persistent) => LastSequenceNr = Math.Max(LastSequenceNr, persistent.SequenceNr);
}
