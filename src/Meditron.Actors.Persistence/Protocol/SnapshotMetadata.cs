namespace Meditron.Actors.Persistence;

/// <summary>Which actor's state a snapshot holds, after which event, and when it was taken.</summary>
public sealed class SnapshotMetadata : IEquatable<SnapshotMetadata>
{
    /// <summary>Names a snapshot without its time.</summary>
    public SnapshotMetadata(string persistenceId, long sequenceNr)
        : this(persistenceId, sequenceNr, DateTime.MinValue)
    {
    }

    /// <summary>Names a snapshot.</summary>
    public SnapshotMetadata(string persistenceId, long sequenceNr, DateTime timestamp)
    {
        PersistenceId = persistenceId;
        SequenceNr = sequenceNr;
        Timestamp = timestamp;
    }

    /// <summary>Orders snapshots by id, event and time.</summary>
    public static IComparer<SnapshotMetadata> Comparer { get; } = Comparer<SnapshotMetadata>.Create(static (a, b) =>
    {
        var byId = string.CompareOrdinal(a.PersistenceId, b.PersistenceId);
        var byNumber = byId != 0 ? byId : a.SequenceNr.CompareTo(b.SequenceNr);
        return byNumber != 0 ? byNumber : a.Timestamp.CompareTo(b.Timestamp);
    });

    /// <summary>The id of the actor.</summary>
    public string PersistenceId { get; }

    /// <summary>The number of the last event whose effects are in the snapshot.</summary>
    public long SequenceNr { get; }

    /// <summary>When it was taken, in UTC; <see cref="DateTime.MinValue"/> where that is not known.</summary>
    public DateTime Timestamp { get; }

    /// <inheritdoc/>
    public bool Equals(SnapshotMetadata? other) =>
        other is not null && PersistenceId == other.PersistenceId && SequenceNr == other.SequenceNr && Timestamp == other.Timestamp;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SnapshotMetadata);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PersistenceId, SequenceNr, Timestamp);

    /// <inheritdoc/>
    public override string ToString() => $"SnapshotMetadata<pid: {PersistenceId}, seqNr: {SequenceNr}, timestamp: {Timestamp:O}>";
}

/// <summary>A snapshot that was found.</summary>
public sealed class SelectedSnapshot : IEquatable<SelectedSnapshot>
{
    /// <summary>Puts a snapshot and its name together.</summary>
    public SelectedSnapshot(SnapshotMetadata metadata, object snapshot)
    {
        Metadata = metadata;
        Snapshot = snapshot;
    }

    /// <summary>What the snapshot is called.</summary>
    public SnapshotMetadata Metadata { get; }

    /// <summary>The state.</summary>
    public object Snapshot { get; }

    /// <inheritdoc/>
    public bool Equals(SelectedSnapshot? other) => other is not null && Metadata.Equals(other.Metadata) && Equals(Snapshot, other.Snapshot);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SelectedSnapshot);

    /// <inheritdoc/>
    public override int GetHashCode() => Metadata.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"SelectedSnapshot<metadata: {Metadata}, snapshot: {Snapshot}>";
}

/// <summary>The first message of a recovery that starts at a snapshot.</summary>
public sealed class SnapshotOffer : IEquatable<SnapshotOffer>
{
    /// <summary>Offers a snapshot.</summary>
    public SnapshotOffer(SnapshotMetadata metadata, object snapshot)
    {
        Metadata = metadata;
        Snapshot = snapshot;
    }

    /// <summary>What the snapshot is called.</summary>
    public SnapshotMetadata Metadata { get; }

    /// <summary>The state.</summary>
    public object Snapshot { get; }

    /// <inheritdoc/>
    public bool Equals(SnapshotOffer? other) => other is not null && Metadata.Equals(other.Metadata) && Equals(Snapshot, other.Snapshot);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SnapshotOffer);

    /// <inheritdoc/>
    public override int GetHashCode() => Metadata.GetHashCode();

    /// <inheritdoc/>
    public override string ToString() => $"SnapshotOffer<metadata: {Metadata}, snapshot: {Snapshot}>";
}
