using System.Data.Common;
using Meditron.Actors.Persistence.Journal;
using Meditron.Actors.Persistence.Sql.Database;

namespace Meditron.Actors.Persistence.Sql.Journal;

/// <summary>Finds out what became of a request whose sequence numbers are used already: it was written by a try before, or another writer was faster.</summary>
internal static class JournalConflicts
{
    /// <summary>Null where all rows of the request are there, written by the request's own writer; otherwise who has used its numbers.</summary>
    public static ConflictingWriteException? Find(SqlSession session, JournalTables tables, JournalWrite write)
    {
        foreach (var (first, last) in write.Actors)
        {
            // A writer uses a number once, so that a row of its own can only come from this request: its commit went through although its answer did not.
            if (Writer(session, tables, last.PersistenceId, last.SequenceNr) is { } mine && mine.Writer == last.WriterUuid)
            {
                continue;
            }

            var highest = Convert.ToInt64(session.Command(tables.SelectHighest, ("@id", first.PersistenceId)).ExecuteScalar());
            var holder = Writer(session, tables, first.PersistenceId, first.SequenceNr) ?? Writer(session, tables, first.PersistenceId, highest);
            return ConflictingWriteException.Of(
                first.PersistenceId, first.SequenceNr, last.SequenceNr, first.WriterUuid, highest, holder?.Writer, holder is { } known ? new DateTime(known.Created, DateTimeKind.Utc) : null);
        }

        return null;
    }

    private static (string Writer, long Created)? Writer(SqlSession session, JournalTables tables, string persistenceId, long sequenceNr)
    {
        using DbDataReader reader = session.Command(tables.SelectWriter, ("@id", persistenceId), ("@number", sequenceNr)).ExecuteReader();
        return reader.Read() ? (reader.IsDBNull(0) ? "(unknown)" : reader.GetString(0), reader.GetInt64(1)) : null;
    }
}
