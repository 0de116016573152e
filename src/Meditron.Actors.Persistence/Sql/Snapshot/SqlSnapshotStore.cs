using System.Runtime.Serialization;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;
using Meditron.Actors.Persistence.Snapshot;
using Meditron.Actors.Persistence.Sql.Database;

namespace Meditron.Actors.Persistence.Sql.Snapshot;

/// <summary>The snapshot store on SQLite and PostgreSQL, in the table of Akka.Persistence.Sql.</summary>
internal sealed class SqlSnapshotStore : SnapshotStore
{
    private readonly SqlSnapshotSettings _settings;
    private readonly ISnapshotRows _rows;
    private readonly ExtendedActorSystem _system;

    public SqlSnapshotStore(Config config)
    {
        _system = (ExtendedActorSystem)Context.System;
        _settings = new SqlSnapshotSettings(config, Self.Path.Name);
        _rows = SqlStores.Of(_system).OpenSnapshots(_system, _settings, Context.GetLogger());
    }

    /// <summary>A little less than a call may take, so that the answer says what is wrong and not only that it took long.</summary>
    private TimeSpan Timeout => _settings.CallTimeout * 0.8;

    protected override async Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        var row = await _rows.ReadAsync(persistenceId, criteria, Timeout);
        return row is null ? null : new SelectedSnapshot(row.Metadata, Read(row));
    }

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        var serializer = _system.Serialization.FindSerializerFor(snapshot);
        var bytes = Meditron.Actors.Serialization.Serialization.WithTransport(_system, (serializer, snapshot), static state => state.serializer.ToBinary(state.snapshot));
        return _rows.WriteAsync(
            new SnapshotRow(metadata, bytes, serializer.Identifier, Meditron.Actors.Serialization.Serialization.ManifestFor(serializer, snapshot)), Timeout);
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata) => _rows.DeleteAsync(metadata, Timeout);

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => _rows.DeleteAsync(persistenceId, criteria, Timeout);

    protected override void PostStop()
    {
        _rows.Dispose();
        base.PostStop();
    }

    private object Read(SnapshotRow row)
    {
        try
        {
            return row.SerializerId is { } id
                ? _system.Serialization.Deserialize(row.State, id, row.Manifest)
                : throw new SerializationException("the row does not say which serializer wrote it.");
        }
        catch (Exception cause)
        {
            throw new SqlStoreException(
                $"The snapshot of {row.Metadata.PersistenceId} at sequence number {row.Metadata.SequenceNr} in {_settings.Sql.Path} "
                + $"(serializer {row.SerializerId?.ToString() ?? "(none)"}, manifest [{row.Manifest}], {row.State.Length} bytes) cannot be read: {cause.Message} "
                + "Bind the state's serializer, or delete the snapshot if all events since the one before it are there.",
                cause);
        }
    }
}
