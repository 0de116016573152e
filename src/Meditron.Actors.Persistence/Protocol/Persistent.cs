using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>An event with what the journal knows of it.</summary>
public class Persistent : IPersistentRepresentation, IEquatable<IPersistentRepresentation>
{
    /// <summary>Puts an event and its place in the journal together.</summary>
    public Persistent(
        object payload,
        long sequenceNr = 0L,
        string? persistenceId = null,
        string? manifest = null,
        bool isDeleted = false,
        IActorRef? sender = null,
        string? writerGuid = null,
        long timestamp = 0L)
    {
        Payload = payload;
        SequenceNr = sequenceNr;
        PersistenceId = persistenceId ?? Undefined;
        Manifest = manifest ?? Undefined;
        IsDeleted = isDeleted;
        Sender = sender;
        WriterGuid = writerGuid ?? Undefined;
        Timestamp = timestamp;
    }

    /// <summary>Stands for what is not known.</summary>
    public static string Undefined { get; } = string.Empty;

    /// <inheritdoc/>
    public object Payload { get; }

    /// <inheritdoc/>
    public string Manifest { get; }

    /// <inheritdoc/>
    public string PersistenceId { get; }

    /// <inheritdoc/>
    public long SequenceNr { get; }

    /// <inheritdoc/>
    public long Timestamp { get; }

    /// <inheritdoc/>
    public bool IsDeleted { get; }

    /// <inheritdoc/>
    public IActorRef? Sender { get; }

    /// <inheritdoc/>
    public string WriterGuid { get; }

    /// <inheritdoc/>
    public IPersistentRepresentation WithTimestamp(long newTimestamp) =>
        Timestamp == newTimestamp ? this : new Persistent(Payload, SequenceNr, PersistenceId, Manifest, IsDeleted, Sender, WriterGuid, newTimestamp);

    /// <inheritdoc/>
    public IPersistentRepresentation WithPayload(object payload) =>
        new Persistent(payload, SequenceNr, PersistenceId, Manifest, IsDeleted, Sender, WriterGuid, Timestamp);

    /// <inheritdoc/>
    public IPersistentRepresentation WithManifest(string manifest) =>
        Manifest == manifest ? this : new Persistent(Payload, SequenceNr, PersistenceId, manifest, IsDeleted, Sender, WriterGuid, Timestamp);

    /// <inheritdoc/>
    public IPersistentRepresentation Update(long sequenceNr, string persistenceId, bool isDeleted, IActorRef? sender, string writerGuid) =>
        new Persistent(Payload, sequenceNr, persistenceId, Manifest, isDeleted, sender, writerGuid, Timestamp);

    /// <summary>Whether all but the time is equal.</summary>
    public bool Equals(IPersistentRepresentation? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && SequenceNr == other.SequenceNr
            && PersistenceId == other.PersistenceId
            && Manifest == other.Manifest
            && IsDeleted == other.IsDeleted
            && WriterGuid == other.WriterGuid
            && Equals(Sender, other.Sender)
            && Equals(Payload, other.Payload));

    /// <summary>Whether all but the time is equal.</summary>
    public bool Equals(Persistent? other) => Equals((IPersistentRepresentation?)other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IPersistentRepresentation);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PersistenceId, SequenceNr, WriterGuid);

    /// <inheritdoc/>
    public override string ToString() => $"Persistent<pid: {PersistenceId}, seqNr: {SequenceNr}, deleted: {IsDeleted}, manifest: {Manifest}, payload: {Payload}, writerGuid: {WriterGuid}>";
}

/// <summary>A message that waits for the events before it, and is not written itself.</summary>
internal sealed class NonPersistentMessage(object payload, IActorRef? sender) : IPersistentEnvelope
{
    public object Payload { get; } = payload;

    public IActorRef? Sender { get; } = sender;

    public int Size => 1;
}
