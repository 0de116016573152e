namespace Meditron.Simulation.Stores;

/// <summary>A snapshot store on a store of the simulation.</summary>
internal abstract class SimulatedSnapshotStore : SnapshotStore
{
    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)Context.System;

    protected abstract IStore Store { get; }

    protected override async Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        var reply = (SnapshotRead)await Store.Ask(new ReadSnapshot(persistenceId, Bounds(criteria)));
        return reply.Snapshot is { } found
            ? new SelectedSnapshot(
                new SnapshotMetadata(found.PersistenceId, found.SequenceNr, new DateTime(found.Time, DateTimeKind.Utc)), StorePayloads.Read(_system, found.Payload))
            : null;
    }

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot) => Store.Ask(new SaveSnapshotOf(
        new StoredSnapshot(metadata.PersistenceId, metadata.SequenceNr, metadata.Timestamp.Ticks, StorePayloads.Write(_system, snapshot))));

    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        var (from, to) = metadata.Timestamp == DateTime.MinValue ? (0, long.MaxValue) : (metadata.Timestamp.Ticks, metadata.Timestamp.Ticks);
        return Store.Ask(new DeleteSnapshotsOf(metadata.PersistenceId, new SnapshotBounds(metadata.SequenceNr, metadata.SequenceNr, from, to)));
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Store.Ask(new DeleteSnapshotsOf(persistenceId, Bounds(criteria)));

    private static SnapshotBounds Bounds(SnapshotSelectionCriteria criteria) =>
        new(criteria.MinSequenceNr, criteria.MaxSequenceNr, criteria.MinTimestamp?.Ticks ?? 0, criteria.MaxTimeStamp.Ticks);
}

/// <summary>The snapshot store on the database.</summary>
internal sealed class SharedSnapshotStore : SimulatedSnapshotStore
{
    protected override IStore Store { get; } = StoreSetup.Of(Context.System).Shared;
}

/// <summary>The snapshot store on the machine's own disk.</summary>
internal sealed class LocalSnapshots : SimulatedSnapshotStore
{
    protected override IStore Store { get; } = StoreSetup.Of(Context.System).Local;
}
