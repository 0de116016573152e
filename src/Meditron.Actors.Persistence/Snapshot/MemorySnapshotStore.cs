namespace Meditron.Actors.Persistence.Snapshot;

/// <summary>A snapshot in memory.</summary>
public class SnapshotEntry
{
    /// <summary>Tells the snapshot from all others.</summary>
    public string Id { get; set; } = string.Empty;

    /// <summary>The id of the actor.</summary>
    public string PersistenceId { get; set; } = string.Empty;

    /// <summary>The number of the last event whose effects are in it.</summary>
    public long SequenceNr { get; set; }

    /// <summary>When it was taken, in ticks of UTC.</summary>
    public long Timestamp { get; set; }

    /// <summary>The state.</summary>
    public object Snapshot { get; set; } = null!;
}

/// <summary>Keeps snapshots in memory, as long as the actor system runs.</summary>
public class MemorySnapshotStore : SnapshotStore
{
    /// <summary>Made by the engine alone.</summary>
    public MemorySnapshotStore()
    {
    }

    /// <summary>The snapshots.</summary>
    protected virtual List<SnapshotEntry> Snapshots { get; } = [];

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        var newest = Snapshots.Where(entry => Fits(entry, persistenceId, criteria)).MaxBy(entry => entry.SequenceNr);
        return Task.FromResult(newest is null ? null : new SelectedSnapshot(new SnapshotMetadata(newest.PersistenceId, newest.SequenceNr, Time(newest)), newest.Snapshot));
    }

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        Snapshots.RemoveAll(entry => entry.PersistenceId == metadata.PersistenceId && entry.SequenceNr == metadata.SequenceNr);
        Snapshots.Add(new SnapshotEntry
        {
            Id = $"{metadata.PersistenceId}_{metadata.SequenceNr}",
            PersistenceId = metadata.PersistenceId,
            SequenceNr = metadata.SequenceNr,
            Timestamp = metadata.Timestamp.Ticks,
            Snapshot = snapshot,
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        Snapshots.RemoveAll(entry =>
            entry.PersistenceId == metadata.PersistenceId
            && entry.SequenceNr == metadata.SequenceNr
            && (metadata.Timestamp == DateTime.MinValue || metadata.Timestamp.Ticks == entry.Timestamp));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        Snapshots.RemoveAll(entry => Fits(entry, persistenceId, criteria));
        return Task.CompletedTask;
    }

    private static bool Fits(SnapshotEntry entry, string persistenceId, SnapshotSelectionCriteria criteria) =>
        entry.PersistenceId == persistenceId && criteria.IsMatch(entry.SequenceNr, Time(entry));

    private static DateTime Time(SnapshotEntry entry) => new(entry.Timestamp, DateTimeKind.Utc);
}
