using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>Asks a journal to write events.</summary>
public sealed class WriteMessages : IJournalRequest, IEquatable<WriteMessages>
{
    /// <summary>Makes the message.</summary>
    public WriteMessages(IEnumerable<IPersistentEnvelope> messages, IActorRef persistentActor, int actorInstanceId)
    {
        Messages = messages;
        PersistentActor = persistentActor;
        ActorInstanceId = actorInstanceId;
    }

    /// <summary>The events, and what waits for them, in order.</summary>
    public IEnumerable<IPersistentEnvelope> Messages { get; }

    /// <summary>Who gets the answer.</summary>
    public IActorRef PersistentActor { get; }

    /// <summary>Which instance of the actor asked.</summary>
    public int ActorInstanceId { get; }

    /// <inheritdoc/>
    public bool Equals(WriteMessages? other) => other is not null && Equals(Messages, other.Messages) && Equals(PersistentActor, other.PersistentActor) && ActorInstanceId == other.ActorInstanceId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WriteMessages);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PersistentActor, ActorInstanceId);

    /// <inheritdoc/>
    public override string ToString() => $"WriteMessages<persistentActor: {PersistentActor}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>Asks a journal for events that were written.</summary>
public sealed class ReplayMessages : IJournalRequest, IEquatable<ReplayMessages>
{
    /// <summary>Makes the message.</summary>
    public ReplayMessages(long fromSequenceNr, long toSequenceNr, long max, string persistenceId, IActorRef persistentActor)
    {
        FromSequenceNr = fromSequenceNr;
        ToSequenceNr = toSequenceNr;
        Max = max;
        PersistenceId = persistenceId;
        PersistentActor = persistentActor;
    }

    /// <summary>The number of the first event that is meant.</summary>
    public long FromSequenceNr { get; }

    /// <summary>The number of the last event that is meant.</summary>
    public long ToSequenceNr { get; }

    /// <summary>The largest number of events.</summary>
    public long Max { get; }

    /// <summary>The id of the actor.</summary>
    public string PersistenceId { get; }

    /// <summary>Who gets the answer.</summary>
    public IActorRef PersistentActor { get; }

    /// <inheritdoc/>
    public bool Equals(ReplayMessages? other) => other is not null && FromSequenceNr == other.FromSequenceNr && ToSequenceNr == other.ToSequenceNr && Max == other.Max && PersistenceId == other.PersistenceId && Equals(PersistentActor, other.PersistentActor);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReplayMessages);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(FromSequenceNr, ToSequenceNr, Max, PersistenceId, PersistentActor);

    /// <inheritdoc/>
    public override string ToString() => $"ReplayMessages<fromSequenceNr: {FromSequenceNr}, toSequenceNr: {ToSequenceNr}, max: {Max}, persistenceId: {PersistenceId}, persistentActor: {PersistentActor}>";
}

/// <summary>Asks a journal to delete events.</summary>
public sealed class DeleteMessagesTo : IJournalRequest, IEquatable<DeleteMessagesTo>
{
    /// <summary>Makes the message.</summary>
    public DeleteMessagesTo(string persistenceId, long toSequenceNr, IActorRef persistentActor)
    {
        PersistenceId = persistenceId;
        ToSequenceNr = toSequenceNr;
        PersistentActor = persistentActor;
    }

    /// <summary>The id of the actor.</summary>
    public string PersistenceId { get; }

    /// <summary>The number of the last event that is meant.</summary>
    public long ToSequenceNr { get; }

    /// <summary>Who gets the answer.</summary>
    public IActorRef PersistentActor { get; }

    /// <inheritdoc/>
    public bool Equals(DeleteMessagesTo? other) => other is not null && PersistenceId == other.PersistenceId && ToSequenceNr == other.ToSequenceNr && Equals(PersistentActor, other.PersistentActor);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DeleteMessagesTo);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PersistenceId, ToSequenceNr, PersistentActor);

    /// <inheritdoc/>
    public override string ToString() => $"DeleteMessagesTo<persistenceId: {PersistenceId}, toSequenceNr: {ToSequenceNr}, persistentActor: {PersistentActor}>";
}
