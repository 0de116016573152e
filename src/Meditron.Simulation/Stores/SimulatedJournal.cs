using System.Collections.Immutable;

namespace Meditron.Simulation.Stores;

/// <summary>A journal on a store of the simulation.</summary>
internal abstract class SimulatedJournal : AsyncWriteJournal
{
    private readonly ExtendedActorSystem _system = (ExtendedActorSystem)Context.System;

    protected abstract IStore Store { get; }

    public override async Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        var reply = (EventsRead)await Store.Ask(new ReadEvents(persistenceId, fromSequenceNr, toSequenceNr, max));
        foreach (var stored in reply.Events)
        {
            recoveryCallback(new Persistent(
                StorePayloads.Read(_system, stored.Payload), stored.SequenceNr, stored.PersistenceId, writerGuid: stored.Writer, timestamp: stored.Time));
        }
    }

    public override async Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) =>
        ((HighestRead)await Store.Ask(new ReadHighest(persistenceId))).Highest;

    protected override async Task<IImmutableList<Exception>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        var writes = messages.ToArray();
        var events = writes
            .SelectMany(static write => (IImmutableList<IPersistentRepresentation>)write.Payload)
            .Select(each => new StoredEvent(each.PersistenceId, each.SequenceNr, each.WriterGuid, each.Timestamp, StorePayloads.Write(_system, each.Payload)));
        if (await Store.Ask(new AppendEvents([.. events])) is StoreConflict conflict)
        {
            throw ConflictingWriteException.Of(Array.Find(writes, write => write.PersistenceId == conflict.PersistenceId)!, conflict.Highest, conflict.Holder);
        }

        return null;
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr) => Store.Ask(new DeleteEvents(persistenceId, toSequenceNr));
}

/// <summary>The journal on the database.</summary>
internal sealed class SharedJournal : SimulatedJournal
{
    protected override IStore Store { get; } = StoreSetup.Of(Context.System).Shared;
}

/// <summary>The journal on the machine's own disk.</summary>
internal sealed class LocalJournal : SimulatedJournal
{
    protected override IStore Store { get; } = StoreSetup.Of(Context.System).Local;
}
