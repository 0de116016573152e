using Meditron.Actors.Persistence.Sql.Database;

namespace Meditron.Actors.Persistence.Sql.Journal;

/// <summary>The journal's tables, in the layout of Akka.Persistence.Sql: their names, how they are made, and the statements that both kinds of databases understand.</summary>
internal sealed class JournalTables
{
    private readonly SqlSettings _sql;
    private readonly SqlJournalSettings _settings;
    private readonly string? _schema;
    private readonly string _journalName;
    private readonly string _metadataName;
    private readonly string _tagsName;

    public JournalTables(SqlSettings sql, SqlJournalSettings settings)
    {
        _sql = sql;
        _settings = settings;
        var mapping = sql.Name("table-mapping");
        _schema = sql.Schema($"{mapping}.schema-name");
        _journalName = sql.Name($"{mapping}.journal.table-name");
        _metadataName = sql.Name($"{mapping}.metadata.table-name");
        _tagsName = sql.Name($"{mapping}.tag.table-name");
        Journal = Qualified(_journalName);
        Metadata = Qualified(_metadataName);
        Tags = Qualified(_tagsName);
        Ordering = Column("journal", "ordering");
        Deleted = Column("journal", "deleted");
        PersistenceId = Column("journal", "persistence-id");
        SequenceNr = Column("journal", "sequence-number");
        Created = Column("journal", "created");
        TagColumn = Column("journal", "tags");
        Message = Column("journal", "message");
        Identifier = Column("journal", "identifier");
        Manifest = Column("journal", "manifest");
        WriterUuid = Column("journal", "writer-uuid");
        Checksum = Column("journal", "checksum");
        MetadataPersistenceId = Column("metadata", "persistence-id");
        MetadataSequenceNr = Column("metadata", "sequence-number");
        TagOrdering = Column("tag", "ordering-id");
        Tag = Column("tag", "tag-value");
        TagPersistenceId = Column("tag", "persistence-id");
        TagSequenceNr = Column("tag", "sequence-nr");
        string Column(string table, string key) => $"\"{sql.Name($"{mapping}.{table}.columns.{key}")}\"";

        // Akka.Persistence.Sql makes the column for tags only where it writes it, and so it is not named where it is not needed.
        Columns = $"{Deleted}, {PersistenceId}, {SequenceNr}, {Created}, {Message}, {Identifier}, {Manifest}, {WriterUuid}, {Checksum}{(settings.WritesTagColumn ? $", {TagColumn}" : string.Empty)}";
        var metadata = settings.KeepsMetadata
            ? $" UNION ALL SELECT {MetadataSequenceNr} FROM {Metadata} WHERE {MetadataPersistenceId} = @id"
            : string.Empty;
        SelectHighest = $"SELECT coalesce(max(n), 0) FROM (SELECT max({SequenceNr}) AS n FROM {Journal} WHERE {PersistenceId} = @id{metadata}) AS numbers";
        SelectWriter = $"SELECT {WriterUuid}, {Created} FROM {Journal} WHERE {PersistenceId} = @id AND {SequenceNr} = @number";
        SelectRows =
            $"""
            SELECT {SequenceNr}, {Created}, {Message}, {Identifier}, {Manifest}, {WriterUuid}, {Deleted}, {Checksum} FROM {Journal}
            WHERE {PersistenceId} = @id AND {SequenceNr} >= @from AND {SequenceNr} <= @to ORDER BY {SequenceNr} LIMIT @max
            """;

        // The highest row stays, marked as deleted: it says which numbers were used.
        DeleteRows =
            $"DELETE FROM {Journal} WHERE {PersistenceId} = @id AND {SequenceNr} <= @to AND {SequenceNr} < (SELECT max({SequenceNr}) FROM {Journal} WHERE {PersistenceId} = @id)";
        MarkRow = $"UPDATE {Journal} SET {Deleted} = @deleted, {Checksum} = ~{Checksum} WHERE {PersistenceId} = @id AND {SequenceNr} <= @to AND {Deleted} <> @deleted";
        DeleteTags = $"DELETE FROM {Tags} WHERE {TagPersistenceId} = @id AND {TagSequenceNr} <= @to";
        DeleteMetadata = $"DELETE FROM {Metadata} WHERE {MetadataPersistenceId} = @id";
        InsertMetadata = $"INSERT INTO {Metadata} ({MetadataPersistenceId}, {MetadataSequenceNr}) VALUES (@id, @number)";
    }

    public string Journal { get; }

    public string Metadata { get; }

    public string Tags { get; }

    public string Ordering { get; }

    public string Deleted { get; }

    public string PersistenceId { get; }

    public string SequenceNr { get; }

    public string Created { get; }

    public string TagColumn { get; }

    public string Message { get; }

    public string Identifier { get; }

    public string Manifest { get; }

    public string WriterUuid { get; }

    /// <summary>The one column that Akka.Persistence.Sql does not have, and does not mind.</summary>
    public string Checksum { get; }

    public string MetadataPersistenceId { get; }

    public string MetadataSequenceNr { get; }

    public string TagOrdering { get; }

    public string Tag { get; }

    public string TagPersistenceId { get; }

    public string TagSequenceNr { get; }

    /// <summary>The columns that are written, without the number of the row.</summary>
    public string Columns { get; }

    public string SelectHighest { get; }

    public string SelectWriter { get; }

    public string SelectRows { get; }

    public string DeleteRows { get; }

    public string MarkRow { get; }

    public string DeleteTags { get; }

    public string DeleteMetadata { get; }

    public string InsertMetadata { get; }

    /// <summary>Makes the tables that are not there, if that is wanted, and sees that those that are there are right.</summary>
    /// <exception cref="SqlStoreException">A table, a column or the unique key is missing.</exception>
    public void Prepare(SqlDatabase database, SqlSession session)
    {
        var schema = new SqlSchema(database, session, _sql);
        schema.Require(_schema, _journalName, Create(database is SqliteDatabase), [Ordering, .. Columns.Split(", ").Where(column => column != Checksum)]);
        schema.RequireColumn(_schema, _journalName, Checksum, "BIGINT");
        schema.RequireUnique(_schema, _journalName, [PersistenceId, SequenceNr]);
        if (_settings.WritesTagTable)
        {
            var ordering = database is SqliteDatabase ? "INTEGER" : "BIGINT";
            schema.Require(
                _schema,
                _tagsName,
                [
                    $"CREATE TABLE IF NOT EXISTS {Tags} ({TagOrdering} {ordering} NOT NULL, {Tag} VARCHAR(64) NOT NULL, {TagSequenceNr} {ordering} NOT NULL, "
                    + $"{TagPersistenceId} VARCHAR(255) NOT NULL, PRIMARY KEY ({TagOrdering}, {Tag}))",
                    $"CREATE INDEX IF NOT EXISTS {_tagsName}_persistence_id_sequence_nr_idx ON {Tags} ({TagPersistenceId}, {TagSequenceNr})",
                    $"CREATE INDEX IF NOT EXISTS {_tagsName}_tag_idx ON {Tags} ({Tag})",
                ],
                [TagOrdering, Tag, TagSequenceNr, TagPersistenceId]);
        }

        if (_settings.KeepsMetadata)
        {
            schema.Require(
                _schema,
                _metadataName,
                [
                    $"CREATE TABLE IF NOT EXISTS {Metadata} ({MetadataPersistenceId} VARCHAR(255) NOT NULL, {MetadataSequenceNr} BIGINT NOT NULL, "
                    + $"PRIMARY KEY ({MetadataPersistenceId}, {MetadataSequenceNr}))",
                ],
                [MetadataPersistenceId, MetadataSequenceNr]);
        }
    }

    private string Qualified(string table) => _schema is null ? $"\"{table}\"" : $"\"{_schema}\".\"{table}\"";

    // No index on the time or on the number alone, as Akka.Persistence.Sql makes: no query here needs them, and each costs a write.
    private string[] Create(bool isSqlite)
    {
        var (ordering, flag, blob) = isSqlite ? ("INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", "BIT", "BLOB") : ("BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "BOOLEAN", "BYTEA");
        return
        [
            $"CREATE TABLE IF NOT EXISTS {Journal} ({Ordering} {ordering}, {Deleted} {flag} NOT NULL, {PersistenceId} VARCHAR(255) NOT NULL, {SequenceNr} BIGINT NOT NULL, "
            + $"{Created} BIGINT NOT NULL, {TagColumn} VARCHAR(100), {Message} {blob} NOT NULL, {Identifier} INTEGER, {Manifest} VARCHAR(500), {WriterUuid} VARCHAR(128), {Checksum} BIGINT)",
            $"CREATE UNIQUE INDEX IF NOT EXISTS {_journalName}_uq ON {Journal} ({PersistenceId}, {SequenceNr})",
        ];
    }
}
