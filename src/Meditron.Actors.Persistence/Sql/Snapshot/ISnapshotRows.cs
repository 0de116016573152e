namespace Meditron.Actors.Persistence.Sql.Snapshot;

/// <summary>A snapshot as a row of its table.</summary>
/// <param name="Metadata">What it is called.</param>
/// <param name="State">The state, as its serializer wrote it.</param>
/// <param name="SerializerId">The serializer; null where the row does not say.</param>
/// <param name="Manifest">What the serializer says of the state's type.</param>
internal sealed record SnapshotRow(SnapshotMetadata Metadata, byte[] State, int? SerializerId, string Manifest);

/// <summary>Keeps the rows of a snapshot store. All tasks end within the given times, and none runs on the caller's thread.</summary>
internal interface ISnapshotRows : IDisposable
{
    /// <summary>The newest snapshot of an actor that fits, or null.</summary>
    Task<SnapshotRow?> ReadAsync(string persistenceId, SnapshotSelectionCriteria criteria, TimeSpan timeout);

    /// <summary>Writes a snapshot durably; one of the same number is replaced.</summary>
    Task WriteAsync(SnapshotRow row, TimeSpan timeout);

    /// <summary>Deletes a snapshot; one without a time is any of its number.</summary>
    Task DeleteAsync(SnapshotMetadata metadata, TimeSpan timeout);

    /// <summary>Deletes all snapshots of an actor that fit.</summary>
    Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, TimeSpan timeout);
}
