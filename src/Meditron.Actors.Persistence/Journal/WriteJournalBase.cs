using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence.Journal;

/// <summary>The base of journals: passes events through their adapters.</summary>
public abstract class WriteJournalBase : ActorBase
{
    private readonly EventAdapters _adapters;

    /// <summary>Made by the engine alone.</summary>
    protected WriteJournalBase() => _adapters = Persistence.Instance.Apply(Context.System).AdaptersFor(Self);

    /// <summary>The atomic writes among some envelopes, their events as they are stored.</summary>
    protected IEnumerable<AtomicWrite> PreparePersistentBatch(IEnumerable<IPersistentEnvelope> resequenceables)
    {
        ArgumentNullException.ThrowIfNull(resequenceables);
        foreach (var envelope in resequenceables)
        {
            if (envelope is AtomicWrite write)
            {
                var events = ImmutableArray.CreateBuilder<IPersistentRepresentation>(write.Size);
                foreach (var each in write.Events)
                {
                    // The sender is of no use to those who read the event.
                    events.Add(AdaptToJournal(each.Update(each.SequenceNr, each.PersistenceId, each.IsDeleted, ActorRefs.NoSender, each.WriterGuid)));
                }

                yield return new AtomicWrite(events.MoveToImmutable());
            }
        }
    }

    /// <summary>The events that a stored one stands for.</summary>
    protected IEnumerable<IPersistentRepresentation> AdaptFromJournal(IPersistentRepresentation representation)
    {
        ArgumentNullException.ThrowIfNull(representation);
        var adapter = _adapters.Get(representation.Payload.GetType());
        return ReferenceEquals(adapter, IdentityEventAdapter.Instance)
            ? [representation]
            : adapter.FromJournal(representation.Payload, representation.Manifest).Events.Select(representation.WithPayload);
    }

    /// <summary>An event as it is stored.</summary>
    protected IPersistentRepresentation AdaptToJournal(IPersistentRepresentation representation)
    {
        ArgumentNullException.ThrowIfNull(representation);
        var payload = representation.Payload;
        var adapter = _adapters.Get(payload.GetType());

        // A manifest that is there already is kept where the adapter has nothing to say of it.
        return adapter is IdentityEventAdapter or NoopWriteEventAdapter
            ? representation
            : representation.WithPayload(adapter.ToJournal(payload)).WithManifest(adapter.Manifest(payload));
    }
}
