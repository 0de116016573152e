using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>The events of a request were processed; one answer for each of them follows.</summary>
public sealed class WriteMessagesSuccessful : IJournalResponse
{
    private WriteMessagesSuccessful()
    {
    }

    /// <summary>The one instance.</summary>
    public static WriteMessagesSuccessful Instance { get; } = new();
}

/// <summary>The events of a request were not written, or it is not known whether they were; one answer for each of them follows.</summary>
public sealed class WriteMessagesFailed : IJournalResponse, IEquatable<WriteMessagesFailed>
{
    /// <summary>Makes the message.</summary>
    public WriteMessagesFailed(Exception cause, int writeCount)
    {
        Cause = cause;
        WriteCount = writeCount;
    }

    /// <summary>Why.</summary>
    public Exception Cause { get; }

    /// <summary>The number of atomic writes in the request.</summary>
    public int WriteCount { get; }

    /// <inheritdoc/>
    public bool Equals(WriteMessagesFailed? other) => other is not null && Equals(Cause, other.Cause) && WriteCount == other.WriteCount;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WriteMessagesFailed);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Cause, WriteCount);

    /// <inheritdoc/>
    public override string ToString() => $"WriteMessagesFailed<cause: {Cause}, writeCount: {WriteCount}>";
}

/// <summary>An event is written.</summary>
public sealed class WriteMessageSuccess : IJournalResponse, IEquatable<WriteMessageSuccess>
{
    /// <summary>Makes the message.</summary>
    public WriteMessageSuccess(IPersistentRepresentation persistent, int actorInstanceId)
    {
        Persistent = persistent;
        ActorInstanceId = actorInstanceId;
    }

    /// <summary>The event.</summary>
    public IPersistentRepresentation Persistent { get; }

    /// <summary>Which instance of the actor asked.</summary>
    public int ActorInstanceId { get; }

    /// <inheritdoc/>
    public bool Equals(WriteMessageSuccess? other) => other is not null && Equals(Persistent, other.Persistent) && ActorInstanceId == other.ActorInstanceId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WriteMessageSuccess);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Persistent, ActorInstanceId);

    /// <inheritdoc/>
    public override string ToString() => $"WriteMessageSuccess<persistent: {Persistent}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>An event is certainly not written, and could not be: nothing is wrong with the journal.</summary>
public sealed class WriteMessageRejected : IJournalResponse, IEquatable<WriteMessageRejected>
{
    /// <summary>Makes the message.</summary>
    public WriteMessageRejected(IPersistentRepresentation persistent, Exception cause, int actorInstanceId)
    {
        Persistent = persistent;
        Cause = cause;
        ActorInstanceId = actorInstanceId;
    }

    /// <summary>The event.</summary>
    public IPersistentRepresentation Persistent { get; }

    /// <summary>Why.</summary>
    public Exception Cause { get; }

    /// <summary>Which instance of the actor asked.</summary>
    public int ActorInstanceId { get; }

    /// <inheritdoc/>
    public bool Equals(WriteMessageRejected? other) => other is not null && Equals(Persistent, other.Persistent) && Equals(Cause, other.Cause) && ActorInstanceId == other.ActorInstanceId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WriteMessageRejected);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Persistent, Cause, ActorInstanceId);

    /// <inheritdoc/>
    public override string ToString() => $"WriteMessageRejected<persistent: {Persistent}, cause: {Cause}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>An event is not written, or it is not known whether it is.</summary>
public sealed class WriteMessageFailure : IJournalResponse, IEquatable<WriteMessageFailure>
{
    /// <summary>Makes the message.</summary>
    public WriteMessageFailure(IPersistentRepresentation persistent, Exception cause, int actorInstanceId)
    {
        Persistent = persistent;
        Cause = cause;
        ActorInstanceId = actorInstanceId;
    }

    /// <summary>The event.</summary>
    public IPersistentRepresentation Persistent { get; }

    /// <summary>Why.</summary>
    public Exception Cause { get; }

    /// <summary>Which instance of the actor asked.</summary>
    public int ActorInstanceId { get; }

    /// <inheritdoc/>
    public bool Equals(WriteMessageFailure? other) => other is not null && Equals(Persistent, other.Persistent) && Equals(Cause, other.Cause) && ActorInstanceId == other.ActorInstanceId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as WriteMessageFailure);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Persistent, Cause, ActorInstanceId);

    /// <inheritdoc/>
    public override string ToString() => $"WriteMessageFailure<persistent: {Persistent}, cause: {Cause}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>What waited for events before it need not wait any more.</summary>
public sealed class LoopMessageSuccess : IJournalResponse, IEquatable<LoopMessageSuccess>
{
    /// <summary>Makes the message.</summary>
    public LoopMessageSuccess(object message, int actorInstanceId)
    {
        Message = message;
        ActorInstanceId = actorInstanceId;
    }

    /// <summary>The message.</summary>
    public object Message { get; }

    /// <summary>Which instance of the actor asked.</summary>
    public int ActorInstanceId { get; }

    /// <inheritdoc/>
    public bool Equals(LoopMessageSuccess? other) => other is not null && Equals(Message, other.Message) && ActorInstanceId == other.ActorInstanceId;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LoopMessageSuccess);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Message, ActorInstanceId);

    /// <inheritdoc/>
    public override string ToString() => $"LoopMessageSuccess<message: {Message}, actorInstanceId: {ActorInstanceId}>";
}

/// <summary>An event that was written.</summary>
public sealed class ReplayedMessage : IJournalResponse, Event.IDeadLetterSuppression, IEquatable<ReplayedMessage>
{
    /// <summary>Makes the message.</summary>
    public ReplayedMessage(IPersistentRepresentation persistent) => Persistent = persistent;

    /// <summary>The event.</summary>
    public IPersistentRepresentation Persistent { get; }

    /// <inheritdoc/>
    public bool Equals(ReplayedMessage? other) => other is not null && Equals(Persistent, other.Persistent);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReplayedMessage);

    /// <inheritdoc/>
    public override int GetHashCode() => Persistent.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"ReplayedMessage<persistent: {Persistent}>";
}

/// <summary>All events that were asked for have been sent.</summary>
public sealed class RecoverySuccess : IJournalResponse, Event.IDeadLetterSuppression, IEquatable<RecoverySuccess>
{
    /// <summary>Makes the message.</summary>
    public RecoverySuccess(long highestSequenceNr) => HighestSequenceNr = highestSequenceNr;

    /// <summary>The highest number of any event of the actor, deleted ones included.</summary>
    public long HighestSequenceNr { get; }

    /// <inheritdoc/>
    public bool Equals(RecoverySuccess? other) => other is not null && HighestSequenceNr == other.HighestSequenceNr;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RecoverySuccess);

    /// <inheritdoc/>
    public override int GetHashCode() => HighestSequenceNr.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"RecoverySuccess<highestSequenceNr: {HighestSequenceNr}>";
}

/// <summary>The events that were asked for cannot be sent.</summary>
public sealed class ReplayMessagesFailure : IJournalResponse, Event.IDeadLetterSuppression, IEquatable<ReplayMessagesFailure>
{
    /// <summary>Makes the message.</summary>
    public ReplayMessagesFailure(Exception cause) => Cause = cause;

    /// <summary>Why.</summary>
    public Exception Cause { get; }

    /// <inheritdoc/>
    public bool Equals(ReplayMessagesFailure? other) => other is not null && Equals(Cause, other.Cause);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReplayMessagesFailure);

    /// <inheritdoc/>
    public override int GetHashCode() => Cause.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"ReplayMessagesFailure<cause: {Cause}>";
}

/// <summary>Events are deleted.</summary>
public sealed class DeleteMessagesSuccess : IEquatable<DeleteMessagesSuccess>
{
    /// <summary>Makes the message.</summary>
    public DeleteMessagesSuccess(long toSequenceNr) => ToSequenceNr = toSequenceNr;

    /// <summary>The number of the last event that is meant.</summary>
    public long ToSequenceNr { get; }

    /// <inheritdoc/>
    public bool Equals(DeleteMessagesSuccess? other) => other is not null && ToSequenceNr == other.ToSequenceNr;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DeleteMessagesSuccess);

    /// <inheritdoc/>
    public override int GetHashCode() => ToSequenceNr.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"DeleteMessagesSuccess<toSequenceNr: {ToSequenceNr}>";
}

/// <summary>Events are not deleted, or it is not known whether they are.</summary>
public sealed class DeleteMessagesFailure : INoSerializationVerificationNeeded, IEquatable<DeleteMessagesFailure>
{
    /// <summary>Makes the message.</summary>
    public DeleteMessagesFailure(Exception cause, long toSequenceNr)
    {
        Cause = cause;
        ToSequenceNr = toSequenceNr;
    }

    /// <summary>Why.</summary>
    public Exception Cause { get; }

    /// <summary>The number of the last event that is meant.</summary>
    public long ToSequenceNr { get; }

    /// <inheritdoc/>
    public bool Equals(DeleteMessagesFailure? other) => other is not null && Equals(Cause, other.Cause) && ToSequenceNr == other.ToSequenceNr;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DeleteMessagesFailure);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Cause, ToSequenceNr);

    /// <inheritdoc/>
    public override string ToString() => $"DeleteMessagesFailure<cause: {Cause}, toSequenceNr: {ToSequenceNr}>";
}
