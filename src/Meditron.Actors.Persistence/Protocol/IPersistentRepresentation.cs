using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>Something that goes to the journal in order: events, or a message that only waits for those before it.</summary>
public interface IPersistentEnvelope
{
    /// <summary>What is in it.</summary>
    object Payload { get; }

    /// <summary>Who sent the command that it comes from.</summary>
    IActorRef? Sender { get; }

    /// <summary>The number of events.</summary>
    int Size { get; }
}

/// <summary>An event with what the journal knows of it.</summary>
public interface IPersistentRepresentation
{
    /// <summary>The event.</summary>
    object Payload { get; }

    /// <summary>What the event adapter says of the event's type.</summary>
    string Manifest { get; }

    /// <summary>The id of the actor whose event it is.</summary>
    string PersistenceId { get; }

    /// <summary>The event's number, from 1 on.</summary>
    long SequenceNr { get; }

    /// <summary>When it was written, in ticks of UTC; 0 where that is not known.</summary>
    long Timestamp { get; }

    /// <summary>Which incarnation of the actor wrote it.</summary>
    string WriterGuid { get; }

    /// <summary>Whether it is deleted.</summary>
    bool IsDeleted { get; }

    /// <summary>Who sent the command that it comes from.</summary>
    IActorRef? Sender { get; }

    /// <summary>The same with a time.</summary>
    IPersistentRepresentation WithTimestamp(long newTimestamp);

    /// <summary>The same with another event.</summary>
    IPersistentRepresentation WithPayload(object payload);

    /// <summary>The same with another manifest.</summary>
    IPersistentRepresentation WithManifest(string manifest);

    /// <summary>The same with another place in the journal.</summary>
    IPersistentRepresentation Update(long sequenceNr, string persistenceId, bool isDeleted, IActorRef? sender, string writerGuid);
}
