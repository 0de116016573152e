using Meditron.Actors.Persistence.Sql.Database;
using Npgsql;
using NpgsqlTypes;

namespace Meditron.Actors.Persistence.Sql.Journal;

/// <summary>
/// Writes to PostgreSQL: all rows of all requests in one statement, which commits itself and leaves out requests whose numbers are used.
/// One statement, so that nothing can happen between the look at what is there and the write, even where this process is stopped meanwhile.
/// </summary>
internal sealed class PostgresJournalInserter(SqlDatabase database, SqlJournalSettings settings) : IJournalInserter
{
    // Another process may have written what the statement did not see; the next try sees it.
    private const int MaximumTries = 5;

    private readonly string _insert = Statement(settings);

    public Exception?[] Write(SqlSession session, IReadOnlyList<JournalWrite> writes, TimeSpan timeout)
    {
        var rows = writes.Sum(write => write.Rows.Count);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (Insert(session, writes, rows) == rows)
                {
                    return new Exception?[writes.Count];
                }

                return [.. writes.Select(write => JournalConflicts.Find(session, settings.Tables, write))];
            }
            catch (PostgresException e) when (database.IsUniqueViolation(e) && attempt < MaximumTries)
            {
                // Try again.
            }
        }
    }

    private static string Statement(SqlJournalSettings settings)
    {
        var t = settings.Tables;
        var metadata = settings.KeepsMetadata
            ? $" OR EXISTS (SELECT 1 FROM {t.Metadata} AS m WHERE m.{t.MetadataPersistenceId} = r.id AND m.{t.MetadataSequenceNr} >= r.lowest)"
            : string.Empty;
        var tags = settings.WritesTagTable
            ? $"""
              , tagged AS (
                INSERT INTO {t.Tags} ({t.TagOrdering}, {t.Tag}, {t.TagSequenceNr}, {t.TagPersistenceId})
                SELECT w.{t.Ordering}, g.tag, w.{t.SequenceNr}, w.{t.PersistenceId}
                FROM unnest(@tagIds, @tagNumbers, @tags) AS g(id, number, tag)
                JOIN written AS w ON w.{t.PersistenceId} = g.id AND w.{t.SequenceNr} = g.number)
              """
            : string.Empty;
        return
            $"""
            WITH r AS (
              SELECT * FROM unnest(@requests, @lowest, @ids, @numbers, @created, @messages, @identifiers, @manifests, @writers, @checksums, @joined)
                WITH ORDINALITY AS u(request, lowest, id, number, created, message, identifier, manifest, writer, checksum, joined, place)),
            refused AS (
              SELECT DISTINCT r.request FROM r
              WHERE r.number = r.lowest AND (EXISTS (SELECT 1 FROM {t.Journal} AS j WHERE j.{t.PersistenceId} = r.id AND j.{t.SequenceNr} >= r.lowest){metadata})),
            written AS (
              INSERT INTO {t.Journal} ({t.Columns})
              SELECT false, r.id, r.number, r.created, r.message, r.identifier, r.manifest, r.writer, r.checksum{(settings.WritesTagColumn ? ", r.joined" : string.Empty)}
              FROM r WHERE r.request NOT IN (SELECT request FROM refused) ORDER BY r.place
              RETURNING {t.Ordering}, {t.PersistenceId}, {t.SequenceNr}){tags}
            SELECT count(*) FROM written
            """;
    }

    private static void Declare(NpgsqlCommand command)
    {
        foreach (var (name, type) in new[]
        {
            ("requests", NpgsqlDbType.Integer), ("lowest", NpgsqlDbType.Bigint), ("ids", NpgsqlDbType.Text), ("numbers", NpgsqlDbType.Bigint), ("created", NpgsqlDbType.Bigint),
            ("messages", NpgsqlDbType.Bytea), ("identifiers", NpgsqlDbType.Integer), ("manifests", NpgsqlDbType.Text), ("writers", NpgsqlDbType.Text), ("checksums", NpgsqlDbType.Bigint), ("joined", NpgsqlDbType.Text),
            ("tagIds", NpgsqlDbType.Text), ("tagNumbers", NpgsqlDbType.Bigint), ("tags", NpgsqlDbType.Text),
        })
        {
            if (command.CommandText.Contains("@" + name, StringComparison.Ordinal))
            {
                command.Parameters.Add(new NpgsqlParameter(name, NpgsqlDbType.Array | type));
            }
        }
    }

    private long Insert(SqlSession session, IReadOnlyList<JournalWrite> writes, int count)
    {
        var requests = new int[count];
        var lowest = new long[count];
        var rows = new JournalRow[count];
        var at = 0;
        for (var i = 0; i < writes.Count; i++)
        {
            foreach (var row in writes[i].Rows)
            {
                requests[at] = i;
                lowest[at] = writes[i].Actors.First(actor => actor.First.PersistenceId == row.PersistenceId).First.SequenceNr;
                rows[at++] = row;
            }
        }

        var command = session.Command<NpgsqlCommand>(_insert, Declare);
        Set("requests", requests);
        Set("lowest", lowest);
        Set("ids", Array.ConvertAll(rows, row => row.PersistenceId));
        Set("numbers", Array.ConvertAll(rows, row => row.SequenceNr));
        Set("created", Array.ConvertAll(rows, row => row.Created));
        Set("messages", Array.ConvertAll(rows, row => row.Message));
        Set("identifiers", Array.ConvertAll(rows, row => row.SerializerId));
        Set("manifests", Array.ConvertAll(rows, row => row.Manifest));
        Set("writers", Array.ConvertAll(rows, row => row.WriterUuid));
        Set("checksums", Array.ConvertAll(rows, row => row.Checksum()));
        Set("joined", Array.ConvertAll(rows, row => settings.Joined(row.Tags)));
        if (settings.WritesTagTable)
        {
            var tags = rows.SelectMany(row => row.Tags.Select(tag => (row.PersistenceId, row.SequenceNr, Tag: tag))).ToArray();
            Set("tagIds", Array.ConvertAll(tags, tag => tag.PersistenceId));
            Set("tagNumbers", Array.ConvertAll(tags, tag => tag.SequenceNr));
            Set("tags", Array.ConvertAll(tags, tag => tag.Tag));
        }

        if (!command.IsPrepared)
        {
            command.Prepare();
        }

        return (long)command.ExecuteScalar()!;

        void Set(string name, object value) => command.Parameters[name].Value = value;
    }
}
