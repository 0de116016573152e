using System.Collections.Concurrent;
using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence.Journal;

/// <summary>Keeps events and reads them again.</summary>
public interface IMemoryMessages
{
    /// <summary>Keeps an event.</summary>
    IDictionary<string, LinkedList<IPersistentRepresentation>> Add(IPersistentRepresentation persistent);

    /// <summary>Replaces an event.</summary>
    IDictionary<string, LinkedList<IPersistentRepresentation>> Update(string pid, long seqNr, Func<IPersistentRepresentation, IPersistentRepresentation> updater);

    /// <summary>Forgets an event, but not its number.</summary>
    IDictionary<string, LinkedList<IPersistentRepresentation>> Delete(string pid, long seqNr);

    /// <summary>The events of an actor between two sequence numbers, in order, at most a number of them.</summary>
    IEnumerable<IPersistentRepresentation> Read(string pid, long fromSeqNr, long toSeqNr, long max);

    /// <summary>The highest number of an event of an actor, forgotten ones included.</summary>
    long HighestSequenceNr(string pid);
}

/// <summary>Keeps events in memory, as long as the actor system runs.</summary>
public class MemoryJournal : AsyncWriteJournal, IMemoryMessages
{
    private readonly Dictionary<string, IPersistentRepresentation> _last = new(StringComparer.Ordinal);

    /// <summary>Made by the engine alone.</summary>
    public MemoryJournal()
    {
    }

    /// <summary>The events of each actor, in order.</summary>
    protected virtual ConcurrentDictionary<string, LinkedList<IPersistentRepresentation>> Messages { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IDictionary<string, LinkedList<IPersistentRepresentation>> Add(IPersistentRepresentation persistent)
    {
        ArgumentNullException.ThrowIfNull(persistent);
        Messages.GetOrAdd(persistent.PersistenceId, static _ => new LinkedList<IPersistentRepresentation>()).AddLast(persistent);
        _last[persistent.PersistenceId] = persistent;
        return Messages;
    }

    /// <inheritdoc/>
    public IDictionary<string, LinkedList<IPersistentRepresentation>> Update(string pid, long seqNr, Func<IPersistentRepresentation, IPersistentRepresentation> updater)
    {
        ArgumentNullException.ThrowIfNull(updater);
        if (Find(pid, seqNr) is { } node)
        {
            node.Value = updater(node.Value);
        }

        return Messages;
    }

    /// <inheritdoc/>
    public IDictionary<string, LinkedList<IPersistentRepresentation>> Delete(string pid, long seqNr)
    {
        if (Find(pid, seqNr) is { } node)
        {
            node.List!.Remove(node);
        }

        return Messages;
    }

    /// <inheritdoc/>
    public IEnumerable<IPersistentRepresentation> Read(string pid, long fromSeqNr, long toSeqNr, long max) =>
        Messages.TryGetValue(pid, out var events)
            ? events.Where(each => each.SequenceNr >= fromSeqNr && each.SequenceNr <= toSeqNr).Take((int)Math.Min(max, int.MaxValue))
            : [];

    /// <inheritdoc/>
    public long HighestSequenceNr(string pid) => _last.TryGetValue(pid, out var last) ? last.SequenceNr : 0;

    /// <inheritdoc/>
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) => Task.FromResult(HighestSequenceNr(persistenceId));

    /// <inheritdoc/>
    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback)
    {
        ArgumentNullException.ThrowIfNull(recoveryCallback);
        foreach (var each in Read(persistenceId, fromSequenceNr, toSequenceNr, max))
        {
            recoveryCallback(each);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var writes = messages.ToArray();
        var highest = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var write in writes)
        {
            var before = highest.TryGetValue(write.PersistenceId, out var known) ? known : HighestSequenceNr(write.PersistenceId);
            if (write.LowestSequenceNr <= before)
            {
                var holder = Find(write.PersistenceId, write.LowestSequenceNr)?.Value ?? _last.GetValueOrDefault(write.PersistenceId);
                return Task.FromException<IImmutableList<Exception>?>(ConflictingWriteException.Of(write, before, holder?.WriterGuid));
            }

            highest[write.PersistenceId] = write.HighestSequenceNr;
        }

        foreach (var each in writes.SelectMany(write => write.Events))
        {
            Add(each.Payload is Tagged tagged ? each.WithPayload(tagged.Payload) : each);
        }

        return Task.FromResult<IImmutableList<Exception>?>(null);
    }

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr)
    {
        if (Messages.TryGetValue(persistenceId, out var events))
        {
            while (events.First is { } first && first.Value.SequenceNr <= toSequenceNr)
            {
                events.RemoveFirst();
            }
        }

        return Task.CompletedTask;
    }

    private LinkedListNode<IPersistentRepresentation>? Find(string pid, long seqNr)
    {
        if (Messages.TryGetValue(pid, out var events))
        {
            for (var node = events.Last; node is not null && node.Value.SequenceNr >= seqNr; node = node.Previous)
            {
                if (node.Value.SequenceNr == seqNr)
                {
                    return node;
                }
            }
        }

        return null;
    }
}
