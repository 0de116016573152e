using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Persistence.Sql.Database;

namespace Meditron.Actors.Persistence.Sql.Snapshot;

/// <summary>Keeps the rows of a snapshot store in a database, on one thread.</summary>
internal sealed class SqlSnapshotRows : ISnapshotRows
{
    // PostgreSQL's timestamps have microseconds, and go neither as far back nor as far ahead as those here.
    private static readonly DateTime _earliest = new(1, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
    private static readonly DateTime _latest = new(9999, 12, 31, 23, 59, 59, DateTimeKind.Unspecified);

    private readonly SnapshotTable _table;
    private readonly SqlConnections _connections;
    private readonly SqlWorkers _workers;
    private readonly bool _storesTicks;

    public SqlSnapshotRows(ActorSystem system, SqlSnapshotSettings settings, ILoggingAdapter log)
    {
        _table = settings.Table;
        var database = SqlDatabases.Get(system, settings.Sql);
        _storesTicks = database is SqliteDatabase;
        _connections = new SqlConnections(database, session => _table.Prepare(database, session), log);
        _workers = new SqlWorkers(system, _connections, settings.Sql.Path, 1);
    }

    public Task<SnapshotRow?> ReadAsync(string persistenceId, SnapshotSelectionCriteria criteria, TimeSpan timeout) => _workers.Run(
        $"Reading the newest snapshot of {persistenceId}",
        timeout,
        SnapshotRow? (session, _) =>
        {
            using var reader = session.Command(_table.Select, Fitting(persistenceId, criteria)).ExecuteReader();
            if (!reader.Read())
            {
                return null;
            }

            var number = reader.GetInt64(0);
            try
            {
                var created = _storesTicks ? new DateTime(reader.GetInt64(1), DateTimeKind.Utc) : DateTime.SpecifyKind(reader.GetDateTime(1), DateTimeKind.Utc);
                return new SnapshotRow(
                    new SnapshotMetadata(persistenceId, number, created),
                    (byte[])reader.GetValue(2),
                    reader.IsDBNull(3) ? null : reader.GetInt32(3),
                    reader.IsDBNull(4) ? string.Empty : reader.GetString(4));
            }
            catch (Exception cause) when (cause is InvalidCastException or OverflowException or FormatException or ArgumentOutOfRangeException)
            {
                throw new SqlStoreException(
                    $"The snapshot of {persistenceId} at sequence number {number} in {_table.Name} of {_connections.Database.Description} cannot be read: a column has a value of another type ({cause.Message}). See who has changed the row.", cause);
            }
        });

    public Task WriteAsync(SnapshotRow row, TimeSpan timeout) => Write(
        $"Saving the snapshot of {row.Metadata.PersistenceId} at sequence number {row.Metadata.SequenceNr}",
        timeout,
        session => session.Command(
            _table.Save,
            ("@id", row.Metadata.PersistenceId),
            ("@number", row.Metadata.SequenceNr),
            ("@created", Time(row.Metadata.Timestamp)),
            ("@snapshot", row.State),
            ("@manifest", row.Manifest),
            ("@serializer", row.SerializerId)).ExecuteNonQuery());

    public Task DeleteAsync(SnapshotMetadata metadata, TimeSpan timeout) => Write(
        $"Deleting the snapshot of {metadata.PersistenceId} at sequence number {metadata.SequenceNr}",
        timeout,
        session => metadata.Timestamp == DateTime.MinValue
            ? session.Command(_table.DeleteAny, ("@id", metadata.PersistenceId), ("@number", metadata.SequenceNr)).ExecuteNonQuery()
            : session.Command(_table.DeleteOne, ("@id", metadata.PersistenceId), ("@number", metadata.SequenceNr), ("@created", Time(metadata.Timestamp))).ExecuteNonQuery());

    public Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria, TimeSpan timeout) =>
        Write($"Deleting snapshots of {persistenceId}", timeout, session => session.Command(_table.DeleteFitting, Fitting(persistenceId, criteria)).ExecuteNonQuery());

    public void Dispose() => _workers.DisposeAfter(_connections.Dispose);

    private Task<int> Write(string attempt, TimeSpan timeout, Func<SqlSession, int> body) =>
        _workers.Run(attempt, timeout, (session, left) => _connections.Database.InTransaction(session, left, () => body(session)));

    private (string, object?)[] Fitting(string persistenceId, SnapshotSelectionCriteria criteria) =>
    [
        ("@id", persistenceId), ("@max", criteria.MaxSequenceNr), ("@min", criteria.MinSequenceNr),
        ("@before", Time(criteria.MaxTimeStamp)), ("@after", Time(criteria.MinTimestamp ?? DateTime.MinValue)),
    ];

    private object Time(DateTime time)
    {
        if (_storesTicks)
        {
            return time.Ticks;
        }

        var unspecified = DateTime.SpecifyKind(new DateTime(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond)), DateTimeKind.Unspecified);
        return unspecified < _earliest ? _earliest : unspecified > _latest ? _latest : unspecified;
    }
}
