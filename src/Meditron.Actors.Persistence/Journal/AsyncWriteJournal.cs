using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;
using Meditron.Actors.Pattern;
using Meditron.Actors.Util;

namespace Meditron.Actors.Persistence.Journal;

/// <summary>
/// The base of journals that work asynchronously: a plugin writes, reads and deletes; this class speaks the journal's protocol, watches over
/// the store with a circuit breaker, and has a replay wait for the writes of the same actor that are still under way.
/// </summary>
public abstract class AsyncWriteJournal : WriteJournalBase, IAsyncRecovery
{
    /// <summary>Whether replays and deletions are published on the event stream, for tests.</summary>
    protected readonly bool CanPublish;

    private readonly CircuitBreaker _breaker;
    private readonly ReplayFilterSettings _filter;
    private readonly ILoggingAdapter _log;
    private readonly IActorRef _self;
    private readonly ActorSystem _system;
    private readonly EngineRuntime _runtime;

    /// <summary>The newest write of each actor, until it is known to have ended.</summary>
    private readonly Dictionary<string, Task> _writing = new(StringComparer.Ordinal);

    /// <summary>Made by the engine alone.</summary>
    /// <exception cref="ConfigurationException">A value of the plugin's configuration is not allowed.</exception>
    protected AsyncWriteJournal()
    {
        var extension = Persistence.Instance.Apply(Context.System);
        var config = extension.ConfigFor(Self);
        CanPublish = extension.Settings.Internal.PublishPluginCommands;
        _breaker = PluginBreaker.Create(Context.System.Scheduler, config, Self.Path.Name);
        _filter = ReplayFilterSettings.Read(config, Self.Path.Name);
        _log = Context.GetLogger();
        _self = Self;
        _system = Context.System;
        _runtime = ((ActorSystemImpl)_system).Runtime;
    }

    /// <inheritdoc/>
    public abstract Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback);

    /// <inheritdoc/>
    public abstract Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);

    /// <summary>
    /// Writes events: all of a call or, if the task fails, none that counts. The result has an entry for each atomic write, null where it
    /// is written, or why it was rejected: it cannot be stored, and the store is well. A null for the whole result says that all are written.
    /// </summary>
    protected abstract Task<IImmutableList<Exception>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages);

    /// <summary>Deletes the events of an actor up to a sequence number; the highest number stays known.</summary>
    protected abstract Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr);

    /// <summary>Handles messages of the plugin's own.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    /// <inheritdoc/>
    protected sealed override bool Receive(object message) => ReceiveWriteJournal(message) || ReceivePluginInternal(message);

    /// <summary>Handles the messages of the journal's protocol.</summary>
    protected bool ReceiveWriteJournal(object message)
    {
        switch (message)
        {
            case WriteMessages write:
                HandleWrite(write);
                return true;
            case WriteEnded ended:
                EndWrite(ended.Request, ended.Outcome);
                return true;
            case ReplayMessages replay:
                HandleReplay(replay);
                return true;
            case DeleteMessagesTo delete:
                HandleDelete(delete);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The one exception inside an aggregate, or the exception itself.</summary>
    protected static Exception TryUnwrapException(Exception e) =>
        e is AggregateException aggregate && aggregate.Flatten() is { InnerExceptions: [var only] } ? only : e;

    private void EndOf(Task<IImmutableList<Exception>?> writing, TaskCompletionSource<WriteOutcome> promise)
    {
        if (writing.IsCompletedSuccessfully)
        {
            promise.TrySetResult(new WriteOutcome(writing.Result, null));
        }
        else if (writing.Failure() is ConflictingWriteException conflict)
        {
            if (_runtime.IsPlanted(PlantedBug.StaleWriterGoesOn))
            {
                promise.TrySetResult(new WriteOutcome(null, null));
                return;
            }

            // The store is well; this writer is not.
            promise.TrySetResult(new WriteOutcome(null, conflict));
        }
        else
        {
            promise.TrySetException(writing.Failure());
        }
    }

    private void HandleWrite(WriteMessages request)
    {
        List<AtomicWrite> writes;
        try
        {
            writes = [.. PreparePersistentBatch(request.Messages)];
        }
        catch (Exception cause)
        {
            // An adapter failed: the events cannot be stored, and the store is well.
            Answer(request, Enumerable.Repeat(cause, request.Messages.Count(message => message is AtomicWrite)).ToImmutableArray(), null);
            return;
        }

        if (writes.Count == 0)
        {
            Answer(request, null, null);
            return;
        }

        var ending = _breaker.WithCircuitBreaker((Self: this, Writes: writes), static state => state.Self.Write(state.Writes));
        if (ending.IsCompleted)
        {
            EndWrite(request, ending);
        }
        else
        {
            // Answers are sent in this actor's turn, so that those to one actor keep their order.
            var self = _self;
            ending.OnCompleted(ended => self.Tell(new WriteEnded(request, (Task<WriteOutcome>)ended), ActorRefs.NoSender));
        }
    }

    private Task<WriteOutcome> Write(List<AtomicWrite> writes)
    {
        var promise = _system.Scheduler.NewPromise<WriteOutcome>();
        var writing = WriteMessagesAsync(writes);
        if (_runtime.IsPlanted(PlantedBug.AcknowledgedBeforeCommit))
        {
            writing.OnCompleted(static ended => _ = ended.Exception);
            promise.TrySetResult(new WriteOutcome(null, null));
            return promise.Task;
        }

        if (writing.IsCompleted)
        {
            EndOf(writing, promise);
            return promise.Task;
        }

        string? last = null;
        foreach (var write in writes)
        {
            if (!ReferenceEquals(last, write.PersistenceId))
            {
                last = write.PersistenceId;
                _writing[last] = writing;
            }
        }

        writing.OnCompleted(ended => EndOf((Task<IImmutableList<Exception>?>)ended, promise));
        return promise.Task;
    }

    private void EndWrite(WriteMessages request, Task<WriteOutcome> outcome)
    {
        foreach (var message in request.Messages)
        {
            if (message is AtomicWrite write && _writing.TryGetValue(write.PersistenceId, out var writing) && writing.IsCompleted)
            {
                _writing.Remove(write.PersistenceId);
            }
        }

        if (!outcome.IsCompletedSuccessfully)
        {
            Answer(request, null, TryUnwrapException(outcome.Failure()));
            return;
        }

        var (results, conflict) = outcome.Result;
        var count = request.Messages.Count(message => message is AtomicWrite);
        if (conflict is null && results is not null && results.Count != count)
        {
            Answer(request, null, new IllegalStateException($"The journal {_self.Path.Name} answered a request of {count} atomic writes with {results.Count} results: its plugin is wrong."));
            return;
        }

        Answer(request, results, conflict);
    }

    private void Answer(WriteMessages request, IImmutableList<Exception>? results, Exception? failure)
    {
        var target = request.PersistentActor;
        target.Tell(failure is null ? WriteMessagesSuccessful.Instance : new WriteMessagesFailed(failure, request.Messages.Count(message => message is AtomicWrite)), _self);
        var index = 0;
        foreach (var envelope in request.Messages)
        {
            if (envelope is not AtomicWrite write)
            {
                target.Tell(new LoopMessageSuccess(envelope.Payload, request.ActorInstanceId), envelope.Sender!);
                continue;
            }

            var rejection = results?[index++];
            foreach (var each in write.Events)
            {
                target.Tell(
                    failure is not null ? new WriteMessageFailure(each, failure, request.ActorInstanceId)
                    : rejection is not null ? new WriteMessageRejected(each, rejection, request.ActorInstanceId)
                    : new WriteMessageSuccess(each, request.ActorInstanceId),
                    each.Sender!);
            }
        }
    }

    private void HandleReplay(ReplayMessages request)
    {
        // A write of the same actor before a restart may still be under way; what it writes must be seen.
        if (_writing.TryGetValue(request.PersistenceId, out var writing))
        {
            if (!writing.IsCompleted)
            {
                var (self, sender) = (_self, Sender);
                writing.OnCompleted(_ => self.Tell(request, sender));
                return;
            }

            _writing.Remove(request.PersistenceId);
        }

        _ = Replay(request, Context);
    }

    private async Task Replay(ReplayMessages request, IActorContext context)
    {
        var target = request.PersistentActor;
        try
        {
            var from = Math.Max(0, request.FromSequenceNr - 1);
            var highest = await _breaker.WithCircuitBreaker(
                (Self: this, request.PersistenceId, From: from), static state => state.Self.ReadHighestSequenceNrAsync(state.PersistenceId, state.From));
            var to = Math.Min(request.ToSequenceNr, highest);
            if (to > 0 && request.FromSequenceNr <= to && request.Max > 0)
            {
                // No breaker here: how long it takes depends on how much there is, and the recovering actor watches over the progress.
                var filter = _filter.IsDisabled ? null : new ReplayWindow(_filter, _log, message => target.Tell(message, ActorRefs.NoSender));
                await ReplayMessagesAsync(context, request.PersistenceId, request.FromSequenceNr, to, request.Max, stored => Replay(stored, filter, target));
                filter?.End();
            }

            target.Tell(new RecoverySuccess(highest), ActorRefs.NoSender);
            if (CanPublish)
            {
                _system.EventStream.Publish(request);
            }
        }
        catch (Exception cause)
        {
            target.Tell(new ReplayMessagesFailure(TryUnwrapException(cause)), ActorRefs.NoSender);
        }
    }

    private void Replay(IPersistentRepresentation stored, ReplayWindow? filter, IActorRef target)
    {
        if (stored.IsDeleted)
        {
            return;
        }

        foreach (var each in AdaptFromJournal(stored))
        {
            var message = new ReplayedMessage(each);
            if (filter is null)
            {
                target.Tell(message, ActorRefs.NoSender);
            }
            else
            {
                filter.Offer(message);
            }
        }
    }

    private void HandleDelete(DeleteMessagesTo request)
    {
        var (self, system, publish) = (_self, _system, CanPublish);
        _breaker.WithCircuitBreaker((Self: this, Request: request), static state => state.Self.DeleteMessagesToAsync(state.Request.PersistenceId, state.Request.ToSequenceNr))
            .OnCompleted(ended =>
            {
                request.PersistentActor.Tell(
                    ended.IsCompletedSuccessfully
                        ? new DeleteMessagesSuccess(request.ToSequenceNr)
                        : new DeleteMessagesFailure(TryUnwrapException(ended.Failure()), request.ToSequenceNr),
                    self);
                if (ended.IsCompletedSuccessfully && publish)
                {
                    system.EventStream.Publish(request);
                }
            });
    }

    private readonly record struct WriteOutcome(IImmutableList<Exception>? Results, Exception? Conflict);

    private sealed class WriteEnded(WriteMessages request, Task<WriteOutcome> outcome) : INoSerializationVerificationNeeded
    {
        public WriteMessages Request { get; } = request;

        public Task<WriteOutcome> Outcome { get; } = outcome;
    }
}
