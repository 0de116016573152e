namespace Meditron.Actors.Persistence;

/// <summary>Saves, loads and deletes snapshots of one actor.</summary>
public interface ISnapshotter
{
    /// <summary>The id of the actor.</summary>
    string SnapshotterId { get; }

    /// <summary>The number of the last event whose effects a snapshot taken now would hold.</summary>
    long SnapshotSequenceNr { get; }

    /// <summary>Loads a snapshot; a <see cref="LoadSnapshotResult"/> or a <see cref="LoadSnapshotFailed"/> comes back.</summary>
    void LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr);

    /// <summary>Saves a snapshot; a <see cref="SaveSnapshotSuccess"/> or a <see cref="SaveSnapshotFailure"/> comes back.</summary>
    void SaveSnapshot(object snapshot);

    /// <summary>Deletes a snapshot; a <see cref="DeleteSnapshotSuccess"/> or a <see cref="DeleteSnapshotFailure"/> comes back.</summary>
    void DeleteSnapshot(long sequenceNr);

    /// <summary>Deletes snapshots; a <see cref="DeleteSnapshotsSuccess"/> or a <see cref="DeleteSnapshotsFailure"/> comes back.</summary>
    void DeleteSnapshots(SnapshotSelectionCriteria criteria);
}
