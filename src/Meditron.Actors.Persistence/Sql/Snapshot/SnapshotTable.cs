using Meditron.Actors.Persistence.Sql.Database;

namespace Meditron.Actors.Persistence.Sql.Snapshot;

/// <summary>The table of snapshots, in the layout of Akka.Persistence.Sql: ticks for the time on SQLite, a timestamp on PostgreSQL.</summary>
internal sealed class SnapshotTable
{
    private readonly SqlSettings _sql;
    private readonly string? _schema;
    private readonly string _name;
    private readonly string _persistenceId;
    private readonly string _sequenceNr;
    private readonly string _created;
    private readonly string _snapshot;
    private readonly string _manifest;
    private readonly string _serializerId;

    public SnapshotTable(SqlSettings sql)
    {
        _sql = sql;
        var mapping = sql.Name("table-mapping");
        _schema = sql.Schema($"{mapping}.schema-name");
        _name = sql.Name($"{mapping}.snapshot.table-name");
        _persistenceId = Column("persistence-id");
        _sequenceNr = Column("sequence-number");
        _created = Column("created");
        _snapshot = Column("snapshot");
        _manifest = Column("manifest");
        _serializerId = Column("serializerId");
        string Column(string key) => $"\"{sql.Name($"{mapping}.snapshot.columns.{key}")}\"";
        Name = _schema is null ? $"\"{_name}\"" : $"\"{_schema}\".\"{_name}\"";
        var one = $"{_persistenceId} = @id AND {_sequenceNr} = @number";
        var fitting = $"{_persistenceId} = @id AND {_sequenceNr} <= @max AND {_sequenceNr} >= @min AND {_created} <= @before AND {_created} >= @after";
        Select = $"SELECT {_sequenceNr}, {_created}, {_snapshot}, {_serializerId}, {_manifest} FROM {Name} WHERE {fitting} ORDER BY {_sequenceNr} DESC LIMIT 1";
        Save =
            $"""
            INSERT INTO {Name} ({_persistenceId}, {_sequenceNr}, {_created}, {_snapshot}, {_manifest}, {_serializerId}) VALUES (@id, @number, @created, @snapshot, @manifest, @serializer)
            ON CONFLICT ({_persistenceId}, {_sequenceNr}) DO UPDATE
            SET {_created} = excluded.{_created}, {_snapshot} = excluded.{_snapshot}, {_manifest} = excluded.{_manifest}, {_serializerId} = excluded.{_serializerId}
            """;
        DeleteAny = $"DELETE FROM {Name} WHERE {one}";
        DeleteOne = $"DELETE FROM {Name} WHERE {one} AND {_created} = @created";
        DeleteFitting = $"DELETE FROM {Name} WHERE {fitting}";
    }

    public string Name { get; }

    public string Select { get; }

    public string Save { get; }

    public string DeleteAny { get; }

    public string DeleteOne { get; }

    public string DeleteFitting { get; }

    /// <summary>Makes the table if it is not there and that is wanted, and sees that it is right.</summary>
    /// <exception cref="SqlStoreException">The table, a column or the unique key is missing.</exception>
    public void Prepare(SqlDatabase database, SqlSession session)
    {
        var (blob, time) = database is SqliteDatabase ? ("BLOB", "BIGINT") : ("BYTEA", "TIMESTAMP");
        var schema = new SqlSchema(database, session, _sql);
        schema.Require(
            _schema,
            _name,
            [
                $"CREATE TABLE IF NOT EXISTS {Name} ({_persistenceId} VARCHAR(255) NOT NULL, {_sequenceNr} BIGINT NOT NULL, {_created} {time} NOT NULL, {_snapshot} {blob} NOT NULL, "
                + $"{_manifest} VARCHAR(500), {_serializerId} INTEGER, PRIMARY KEY ({_persistenceId}, {_sequenceNr}))",
            ],
            [_persistenceId, _sequenceNr, _created, _snapshot, _manifest, _serializerId]);
        schema.RequireUnique(_schema, _name, [_persistenceId, _sequenceNr]);
    }
}
