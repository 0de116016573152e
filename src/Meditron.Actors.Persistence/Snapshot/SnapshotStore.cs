using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Pattern;
using Meditron.Actors.Util;

namespace Meditron.Actors.Persistence.Snapshot;

/// <summary>The base of snapshot stores: a plugin loads, saves and deletes; this class speaks the store's protocol and watches over the store with a circuit breaker.</summary>
public abstract class SnapshotStore : ActorBase
{
    private readonly CircuitBreaker _breaker;
    private readonly ILoggingAdapter _log;
    private readonly bool _publish;
    private readonly IActorRef _self;
    private readonly ActorSystem _system;

    /// <summary>Made by the engine alone.</summary>
    /// <exception cref="Configuration.ConfigurationException">A value of the plugin's configuration is not allowed.</exception>
    protected SnapshotStore()
    {
        var extension = Persistence.Instance.Apply(Context.System);
        _breaker = PluginBreaker.Create(Context.System.Scheduler, extension.ConfigFor(Self), Self.Path.Name);
        _publish = extension.Settings.Internal.PublishPluginCommands;
        _log = Context.GetLogger();
        _self = Self;
        _system = Context.System;
    }

    /// <inheritdoc/>
    protected sealed override bool Receive(object message)
    {
        switch (message)
        {
            case LoadSnapshot load:
                Load(load, Sender);
                return true;
            case SaveSnapshot save:
                var metadata = save.Metadata.Timestamp == DateTime.MinValue
                    ? new SnapshotMetadata(save.Metadata.PersistenceId, save.Metadata.SequenceNr, _system.Scheduler.Now.UtcDateTime)
                    : save.Metadata;
                Run(() => SaveAsync(metadata, save.Snapshot), null, new SaveSnapshotSuccess(metadata), cause => new SaveSnapshotFailure(metadata, cause));
                return true;
            case DeleteSnapshot delete:
                Run(() => DeleteAsync(delete.Metadata), delete, new DeleteSnapshotSuccess(delete.Metadata), cause => new DeleteSnapshotFailure(delete.Metadata, cause));
                return true;
            case DeleteSnapshots delete:
                Run(
                    () => DeleteAsync(delete.PersistenceId, delete.Criteria),
                    delete,
                    new DeleteSnapshotsSuccess(delete.Criteria),
                    cause => new DeleteSnapshotsFailure(delete.Criteria, cause));
                return true;
            case SaveSnapshotSuccess or SaveSnapshotFailure or DeleteSnapshotSuccess or DeleteSnapshotFailure or DeleteSnapshotsSuccess or DeleteSnapshotsFailure:
                Answer(message);
                return true;
            default:
                return ReceivePluginInternal(message);
        }
    }

    /// <summary>Loads the newest snapshot of an actor that fits; null where none does.</summary>
    protected abstract Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    /// <summary>Saves a snapshot; one of the same sequence number is replaced.</summary>
    protected abstract Task SaveAsync(SnapshotMetadata metadata, object snapshot);

    /// <summary>Deletes a snapshot; one without a time is any of its sequence number.</summary>
    protected abstract Task DeleteAsync(SnapshotMetadata metadata);

    /// <summary>Deletes all snapshots of an actor that fit.</summary>
    protected abstract Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    /// <summary>Handles messages of the plugin's own, and sees the answers before they go out.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    private static Exception Unwrap(Task ended) =>
        ended.Failure() is AggregateException aggregate && aggregate.Flatten() is { InnerExceptions: [var only] } ? only : ended.Failure();

    private void Load(LoadSnapshot request, IActorRef sender)
    {
        if (request.Criteria.Equals(SnapshotSelectionCriteria.None))
        {
            sender.Tell(new LoadSnapshotResult(null, request.ToSequenceNr), _self);
            return;
        }

        var self = _self;
        _breaker
            .WithCircuitBreaker(
                (Self: this, request.PersistenceId, Criteria: request.Criteria.Limit(request.ToSequenceNr)), static state => state.Self.LoadAsync(state.PersistenceId, state.Criteria))
            .OnCompleted(ended => sender.Tell(
                ended.IsCompletedSuccessfully ? new LoadSnapshotResult(((Task<SelectedSnapshot?>)ended).Result, request.ToSequenceNr) : new LoadSnapshotFailed(Unwrap(ended)), self));
    }

    private void Run(Func<Task> action, object? publish, object success, Func<Exception, object> failure)
    {
        var (self, sender, system) = (_self, Sender, _publish ? _system : null);
        _breaker.WithCircuitBreaker(action).OnCompleted(ended =>
        {
            self.Tell(ended.IsCompletedSuccessfully ? success : failure(Unwrap(ended)), sender);
            if (publish is not null)
            {
                system?.EventStream.Publish(publish);
            }
        });
    }

    private void Answer(object message)
    {
        var sender = Sender;
        try
        {
            ReceivePluginInternal(message);
            if (message is SaveSnapshotFailure failure)
            {
                // A part of it may be there.
                var log = _log;
                _breaker.WithCircuitBreaker(() => DeleteAsync(failure.Metadata)).OnCompleted(ended =>
                {
                    if (!ended.IsCompletedSuccessfully)
                    {
                        log.Warning(Unwrap(ended), "What may be left of the snapshot {0}, which was not saved, could not be deleted: {1}", failure.Metadata, Unwrap(ended).Message);
                    }
                });
            }
        }
        finally
        {
            sender.Tell(message, _self);
        }
    }
}
