using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>Snapshots of the actor's state.</summary>
public abstract partial class Eventsourced : ISnapshotter
{
    /// <inheritdoc/>
    public string SnapshotterId => PersistenceId;

    /// <inheritdoc/>
    public long SnapshotSequenceNr => LastSequenceNr;

    /// <inheritdoc/>
    public void LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr) =>
        SnapshotStore.Tell(new LoadSnapshot(persistenceId, criteria, toSequenceNr), Self);

    /// <inheritdoc/>
    public void SaveSnapshot(object snapshot) =>
        SnapshotStore.Tell(new SaveSnapshot(new SnapshotMetadata(SnapshotterId, SnapshotSequenceNr, Context.System.Scheduler.Now.UtcDateTime), snapshot), Self);

    /// <inheritdoc/>
    public void DeleteSnapshot(long sequenceNr) => SnapshotStore.Tell(
        new DeleteSnapshot(new SnapshotMetadata(SnapshotterId, sequenceNr, DateTime.SpecifyKind(DateTime.MinValue, DateTimeKind.Utc))), Self);

    /// <inheritdoc/>
    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) => SnapshotStore.Tell(new DeleteSnapshots(SnapshotterId, criteria), Self);
}
