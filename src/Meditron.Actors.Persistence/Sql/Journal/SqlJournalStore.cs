using System.Data.Common;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Persistence.Sql.Database;

namespace Meditron.Actors.Persistence.Sql.Journal;

/// <summary>Keeps the rows of a journal in a database: one thread writes, in groups, and some others read.</summary>
internal sealed class SqlJournalStore : IJournalStore
{
    private readonly SqlJournalSettings _settings;
    private readonly JournalTables _tables;
    private readonly SqlConnections _connections;
    private readonly SqlWorkers _writing;
    private readonly SqlWorkers _reading;
    private readonly JournalWriter _writer;

    public SqlJournalStore(ActorSystem system, SqlJournalSettings settings, ILoggingAdapter log)
    {
        _settings = settings;
        _tables = settings.Tables;
        var database = SqlDatabases.Get(system, settings.Sql);
        _connections = new SqlConnections(database, session => _tables.Prepare(database, session), log);
        _writing = new SqlWorkers(system, _connections, $"{settings.Sql.Path}-writer", 1);
        _reading = new SqlWorkers(system, _connections, $"{settings.Sql.Path}-reader", settings.Readers);
        IJournalInserter inserter = database is SqliteDatabase ? new SqliteJournalInserter(database, settings) : new PostgresJournalInserter(database, settings);
        _writer = new JournalWriter(system, _connections, _writing, settings, inserter);
    }

    public Task WriteAsync(JournalWrite write, TimeSpan timeout) => _writer.Write(write, timeout);

    public Task<long> ReadHighestSequenceNrAsync(string persistenceId, TimeSpan timeout) => _reading.Run(
        $"Reading the highest sequence number of {persistenceId}",
        timeout,
        (session, _) => Convert.ToInt64(session.Command(_tables.SelectHighest, ("@id", persistenceId)).ExecuteScalar()));

    public Task<IReadOnlyList<JournalRow>> ReadAsync(string persistenceId, long fromSequenceNr, long toSequenceNr, int max, TimeSpan timeout) => _reading.Run<IReadOnlyList<JournalRow>>(
        $"Reading the events of {persistenceId} from sequence number {fromSequenceNr} on",
        timeout,
        (session, _) =>
        {
            using var reader = session.Command(
                _tables.SelectRows, ("@id", persistenceId), ("@from", fromSequenceNr), ("@to", toSequenceNr), ("@max", (long)max)).ExecuteReader();
            var rows = new List<JournalRow>();
            while (reader.Read())
            {
                rows.Add(ReadRow(persistenceId, reader));
            }

            return rows;
        });

    public Task DeleteAsync(string persistenceId, long toSequenceNr, TimeSpan timeout) => _writing.Run(
        $"Deleting the events of {persistenceId} up to sequence number {toSequenceNr}",
        timeout,
        (session, left) => _connections.Database.InTransaction(session, left, () =>
        {
            if (_settings.KeepsMetadata)
            {
                var highest = Convert.ToInt64(session.Command(_tables.SelectHighest, ("@id", persistenceId)).ExecuteScalar());
                session.Command(_tables.DeleteMetadata, ("@id", persistenceId)).ExecuteNonQuery();
                session.Command(_tables.InsertMetadata, ("@id", persistenceId), ("@number", Math.Min(highest, toSequenceNr))).ExecuteNonQuery();
            }

            session.Command(_tables.DeleteRows, ("@id", persistenceId), ("@to", toSequenceNr)).ExecuteNonQuery();
            session.Command(_tables.MarkRow, ("@deleted", true), ("@id", persistenceId), ("@to", toSequenceNr)).ExecuteNonQuery();
            if (_settings.WritesTagTable)
            {
                session.Command(_tables.DeleteTags, ("@id", persistenceId), ("@to", toSequenceNr)).ExecuteNonQuery();
            }

            return Done.Instance;
        }));

    public void Dispose()
    {
        _reading.Dispose();
        _writing.DisposeAfter(_connections.Dispose);
    }

    private JournalRow ReadRow(string persistenceId, DbDataReader reader)
    {
        var number = reader.GetInt64(0);
        try
        {
            var row = new JournalRow(
                persistenceId,
                number,
                reader.GetInt64(1),
                (byte[])reader.GetValue(2),
                reader.IsDBNull(3) ? null : reader.GetInt32(3),
                reader.IsDBNull(4) ? string.Empty : reader.GetString(4),
                reader.IsDBNull(5) ? string.Empty : reader.GetString(5),
                IsDeleted: Convert.ToBoolean(reader.GetValue(6)),
                Tags: []);
            return row with { Damage = row.Mismatch(reader.IsDBNull(7) ? null : reader.GetInt64(7)) };
        }
        catch (Exception cause) when (cause is InvalidCastException or OverflowException or FormatException)
        {
            // SQLite takes any value in any column.
            return new JournalRow(persistenceId, number, 0, [], null, string.Empty, string.Empty, false, [], $"a column has a value of another type ({cause.Message})");
        }
    }
}
