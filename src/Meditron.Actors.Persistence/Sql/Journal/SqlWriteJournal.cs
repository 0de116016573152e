using System.Collections.Immutable;
using System.Runtime.Serialization;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;
using Meditron.Actors.Persistence.Journal;
using Meditron.Actors.Persistence.Sql.Database;

namespace Meditron.Actors.Persistence.Sql.Journal;

/// <summary>The journal on SQLite and PostgreSQL, in the tables of Akka.Persistence.Sql.</summary>
internal sealed class SqlWriteJournal : AsyncWriteJournal
{
    private readonly SqlJournalSettings _settings;
    private readonly IJournalStore _store;
    private readonly ExtendedActorSystem _system;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public SqlWriteJournal(Config config)
    {
        _system = (ExtendedActorSystem)Context.System;
        _settings = new SqlJournalSettings(config, Self.Path.Name);
        _store = SqlStores.Of(_system).OpenJournal(_system, _settings, _log);
    }

    /// <summary>A little less than a call may take, so that the answer says what is wrong and not only that it took long.</summary>
    private TimeSpan Timeout => _settings.CallTimeout * 0.8;

    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) => _store.ReadHighestSequenceNrAsync(persistenceId, Timeout);

    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        long? previous = null;
        while (max > 0)
        {
            var wanted = (int)Math.Min(max, _settings.ReplayBatchSize);
            var rows = await _store.ReadAsync(persistenceId, fromSequenceNr, toSequenceNr, wanted, Timeout);
            foreach (var row in rows)
            {
                Look(row, previous);
                previous = row.SequenceNr;
                if (Usable(row) is { } persistent)
                {
                    recoveryCallback(persistent);
                }
            }

            if (rows.Count < wanted)
            {
                return;
            }

            max -= rows.Count(row => !row.IsDeleted);
            fromSequenceNr = rows[^1].SequenceNr + 1;
        }
    }

    protected override Task<IImmutableList<Exception>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        var created = _system.Scheduler.Now.UtcTicks;
        var rows = new List<JournalRow>();
        var results = ImmutableArray.CreateBuilder<Exception>();
        var rejections = 0;
        foreach (var write in messages)
        {
            var start = rows.Count;
            try
            {
                foreach (var each in write.Events)
                {
                    rows.Add(ToRow(each, created));
                }

                results.Add(null!);
            }
            catch (Exception cause)
            {
                // The event cannot be stored; the database is not even asked.
                rows.RemoveRange(start, rows.Count - start);
                results.Add(cause);
                rejections++;
            }
        }

        IImmutableList<Exception>? outcome = rejections == 0 ? null : results.ToImmutable();
        return rows.Count == 0 ? Task.FromResult(outcome) : After(_store.WriteAsync(new JournalWrite(rows), Timeout), outcome);
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr) => _store.DeleteAsync(persistenceId, toSequenceNr, Timeout);

    protected override void PostStop()
    {
        _store.Dispose();
        base.PostStop();
    }

    private static async Task<IImmutableList<Exception>?> After(Task writing, IImmutableList<Exception>? outcome)
    {
        await writing;
        return outcome;
    }

    private JournalRow ToRow(IPersistentRepresentation persistent, long created)
    {
        var (payload, tags) = persistent.Payload is Tagged tagged ? (tagged.Payload, tagged.Tags) : (persistent.Payload, (IImmutableSet<string>)ImmutableHashSet<string>.Empty);
        var serializer = _system.Serialization.FindSerializerFor(payload);
        var bytes = Meditron.Actors.Serialization.Serialization.WithTransport(_system, (serializer, payload), static state => state.serializer.ToBinary(state.payload));
        return new JournalRow(
            persistent.PersistenceId,
            persistent.SequenceNr,
            persistent.Timestamp == 0 ? created : persistent.Timestamp,
            bytes,
            serializer.Identifier,
            Meditron.Actors.Serialization.Serialization.ManifestFor(serializer, payload),
            persistent.WriterGuid,
            IsDeleted: false,
            tags.Count == 0 ? [] : [.. tags.Order(StringComparer.Ordinal)]);
    }

    /// <summary>Says where numbers are missing: what is deleted is deleted from the first on.</summary>
    private void Look(JournalRow row, long? previous)
    {
        if (previous is { } before && row.SequenceNr != before + 1)
        {
            _log.Warning(
                "Events {0} to {1} of {2} are not in {3}: the actor's events of these numbers were refused when they were to be written, or the rows are lost.",
                before + 1, row.SequenceNr - 1, row.PersistenceId, _settings.Sql.Path);
        }
    }

    /// <summary>The event of a row; null where it is deleted, or damaged and to be left out.</summary>
    private Persistent? Usable(JournalRow row)
    {
        try
        {
            if (row.Damage is { } damage)
            {
                throw new SqlStoreException(
                    $"Event {row.SequenceNr} of {row.PersistenceId} in {_settings.Sql.Path} cannot be read: {damage}. See who has changed the row, restore the database, or set {_settings.Sql.Path}.on-damage to go-on, "
                    + "which leaves damaged events out.");
            }

            return row.IsDeleted ? null : FromRow(row);
        }
        catch (SqlStoreException cause) when (_settings.Sql.GoesOnIfDamaged)
        {
            _log.Error(cause, "A damaged event is left out ({0}.on-damage = go-on): {1}", _settings.Sql.Path, cause.Message);
            return null;
        }
    }

    private Persistent FromRow(JournalRow row)
    {
        object payload;
        try
        {
            payload = row.SerializerId is { } id
                ? _system.Serialization.Deserialize(row.Message, id, row.Manifest)
                : throw new SerializationException("the row does not say which serializer wrote it.");
        }
        catch (Exception cause)
        {
            throw new SqlStoreException(
                $"Event {row.SequenceNr} of {row.PersistenceId} in {_settings.Sql.Path} (serializer {row.SerializerId?.ToString() ?? "(none)"}, manifest [{row.Manifest}], {row.Message.Length} bytes) "
                + $"cannot be read: {cause.Message} The actor cannot recover until it can be: bind the event's serializer, or see who has changed the row.",
                cause);
        }

        return new Persistent(payload, row.SequenceNr, row.PersistenceId, row.Manifest, row.IsDeleted, ActorRefs.NoSender, row.WriterUuid, row.Created);
    }
}
