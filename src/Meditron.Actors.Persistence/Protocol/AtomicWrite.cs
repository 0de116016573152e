using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>Events of one actor that are written all together or not at all.</summary>
public sealed class AtomicWrite : IPersistentEnvelope
{
    /// <summary>A write of one event.</summary>
    public AtomicWrite(IPersistentRepresentation @event)
        : this(ImmutableArray.Create(@event))
    {
    }

    /// <summary>A write of several events.</summary>
    /// <exception cref="ArgumentException">There is no event, or they are of several actors.</exception>
    public AtomicWrite(IImmutableList<IPersistentRepresentation> payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (payload.Count == 0)
        {
            throw new ArgumentException("An AtomicWrite must have at least one event.", nameof(payload));
        }

        Events = payload;
        PersistenceId = payload[0].PersistenceId;
        LowestSequenceNr = payload[0].SequenceNr;
        HighestSequenceNr = payload[^1].SequenceNr;
        for (var i = 1; i < payload.Count; i++)
        {
            if (payload[i].PersistenceId != PersistenceId)
            {
                throw new ArgumentException(
                    $"An AtomicWrite must have events of one persistence id, but this one has some of {PersistenceId} and of {payload[i].PersistenceId}.", nameof(payload));
            }
        }
    }

    /// <summary>The events: an immutable list of <see cref="IPersistentRepresentation"/>.</summary>
    public object Payload => Events;

    /// <summary>Nobody: each event has a sender of its own.</summary>
    public IActorRef? Sender => ActorRefs.NoSender;

    /// <inheritdoc/>
    public int Size => Events.Count;

    /// <summary>The id of the actor whose events these are.</summary>
    public string PersistenceId { get; }

    /// <summary>The number of the first event.</summary>
    public long LowestSequenceNr { get; }

    /// <summary>The number of the last event.</summary>
    public long HighestSequenceNr { get; }

    internal IImmutableList<IPersistentRepresentation> Events { get; }

    /// <summary>Whether both are writes of equal events.</summary>
    public bool Equals(AtomicWrite? other) => other is not null && Events.SequenceEqual(other.Events);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AtomicWrite);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(PersistenceId, LowestSequenceNr, HighestSequenceNr);

    /// <inheritdoc/>
    public override string ToString() => $"AtomicWrite<pid: {PersistenceId}, lowSeqNr: {LowestSequenceNr}, highSeqNr: {HighestSequenceNr}, size: {Size}>";
}
