namespace Meditron.Actors.Persistence.Snapshot;

/// <summary>Stands in where no snapshot store is configured: it has no snapshot, and saves none.</summary>
public sealed class NoSnapshotStore : SnapshotStore
{
    /// <summary>Made by the engine alone.</summary>
    public NoSnapshotStore()
    {
    }

    /// <inheritdoc/>
    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Task.FromResult<SelectedSnapshot?>(null);

    /// <inheritdoc/>
    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot) => Fail("saved");

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata) => Fail("deleted");

    /// <inheritdoc/>
    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Fail("deleted");

    private static Task Fail(string what) => Task.FromException(new NoSnapshotStoreException(
        $"A snapshot cannot be {what}: no snapshot store is configured. Set akka.persistence.snapshot-store.plugin, or the actor's SnapshotPluginId."));

    /// <summary>A snapshot was to be saved or deleted where no snapshot store is configured.</summary>
    public class NoSnapshotStoreException : Exception
    {
        /// <summary>Makes the exception.</summary>
        public NoSnapshotStoreException()
        {
        }

        /// <summary>Makes the exception with a message.</summary>
        public NoSnapshotStoreException(string message)
            : base(message)
        {
        }

        /// <summary>Makes the exception with a message and its cause.</summary>
        public NoSnapshotStoreException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }
}
