using System.Data.Common;
using Meditron.Actors.Persistence.Sql.Database;

namespace Meditron.Actors.Persistence.Sql.Journal;

/// <summary>Writes to SQLite: row by row with one prepared statement, under the database's one lock for writing.</summary>
internal sealed class SqliteJournalInserter(SqlDatabase database, SqlJournalSettings settings) : IJournalInserter
{
    private readonly JournalTables _tables = settings.Tables;
    private readonly string _insert =
        $"INSERT INTO {settings.Tables.Journal} ({settings.Tables.Columns}) VALUES (0, @id, @number, @created, @message, @identifier, @manifest, @writer, @checksum{(settings.WritesTagColumn ? ", @tags" : string.Empty)})";

    private readonly string _insertTag =
        $"INSERT INTO {settings.Tables.Tags} ({settings.Tables.TagOrdering}, {settings.Tables.Tag}, {settings.Tables.TagSequenceNr}, {settings.Tables.TagPersistenceId}) VALUES (@ordering, @tag, @number, @id)";

    public Exception?[] Write(SqlSession session, IReadOnlyList<JournalWrite> writes, TimeSpan timeout)
    {
        var results = new Exception?[writes.Count];
        database.InTransaction(session, timeout, () =>
        {
            for (var i = 0; i < writes.Count; i++)
            {
                // Nobody else writes until the commit: what is not there now will not be there then.
                if (IsFree(session, writes[i]))
                {
                    Insert(session, writes[i]);
                }
                else
                {
                    results[i] = JournalConflicts.Find(session, _tables, writes[i]);
                }
            }

            return true;
        });
        return results;
    }

    private bool IsFree(SqlSession session, JournalWrite write)
    {
        foreach (var (first, _) in write.Actors)
        {
            if (Convert.ToInt64(session.Command(_tables.SelectHighest, ("@id", first.PersistenceId)).ExecuteScalar()) >= first.SequenceNr)
            {
                return false;
            }
        }

        return true;
    }

    private void Insert(SqlSession session, JournalWrite write)
    {
        foreach (var row in write.Rows)
        {
            InsertCommand(session, row).ExecuteNonQuery();
            if (settings.WritesTagTable && row.Tags.Count > 0)
            {
                InsertTags(session, row);
            }
        }
    }

    private void InsertTags(SqlSession session, JournalRow row)
    {
        // Read once, before a row of tags has a number of its own.
        var ordering = Convert.ToInt64(session.Command("SELECT last_insert_rowid()").ExecuteScalar());
        foreach (var tag in row.Tags)
        {
            session.Command(_insertTag, ("@ordering", ordering), ("@tag", tag), ("@number", row.SequenceNr), ("@id", row.PersistenceId)).ExecuteNonQuery();
        }
    }

    private DbCommand InsertCommand(SqlSession session, JournalRow row) => settings.WritesTagColumn
        ? session.Command(
            _insert,
            ("@id", row.PersistenceId),
            ("@number", row.SequenceNr),
            ("@created", row.Created),
            ("@message", row.Message),
            ("@identifier", row.SerializerId),
            ("@manifest", row.Manifest),
            ("@writer", row.WriterUuid),
            ("@checksum", row.Checksum()),
            ("@tags", settings.Joined(row.Tags)))
        : session.Command(
            _insert,
            ("@id", row.PersistenceId),
            ("@number", row.SequenceNr),
            ("@created", row.Created),
            ("@message", row.Message),
            ("@identifier", row.SerializerId),
            ("@manifest", row.Manifest),
            ("@writer", row.WriterUuid),
            ("@checksum", row.Checksum()));
}
