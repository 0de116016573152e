using Meditron.Actors.Dispatch;

namespace Meditron.Actors.Actor;

/// <summary>Holds messages an actor cannot handle yet.</summary>
public interface IStash
{
    /// <summary>The number of messages held.</summary>
    int Count { get; }

    /// <summary>Whether none is held.</summary>
    bool IsEmpty { get; }

    /// <summary>Whether any is held.</summary>
    bool NonEmpty { get; }

    /// <summary>Whether a bounded stash is full.</summary>
    bool IsFull { get; }

    /// <summary>The number of messages that can be held; -1 is unbounded.</summary>
    int Capacity { get; }

    /// <summary>Holds the message being processed.</summary>
    /// <exception cref="StashOverflowException">The stash is full.</exception>
    /// <exception cref="IllegalActorStateException">The message is held already.</exception>
    void Stash();

    /// <summary>Puts the oldest message held back before the others in the mailbox.</summary>
    void Unstash();

    /// <summary>Puts all messages back, in the order they came.</summary>
    void UnstashAll();

    /// <summary>Puts those messages back that satisfy a condition, in the order they came.</summary>
    void UnstashAll(Func<Envelope, bool> predicate);

    /// <summary>Empties the stash; gives what was in it.</summary>
    IEnumerable<Envelope> ClearStash();

    /// <summary>Puts messages before those held.</summary>
    void Prepend(IEnumerable<Envelope> envelopes);
}

/// <summary>An actor with a stash.</summary>
public interface IActorStash
{
    /// <summary>The stash, set by the engine.</summary>
    IStash Stash { get; set; }
}

/// <summary>An actor with a stash, whatever its mailbox.</summary>
public interface IWithUnrestrictedStash : IActorStash;

/// <summary>An actor with a stash.</summary>
public interface IWithStash : IWithUnrestrictedStash, IRequiresMessageQueue<IDequeBasedMessageQueueSemantics>;

/// <summary>An actor with an unbounded stash.</summary>
public interface IWithUnboundedStash : IWithUnrestrictedStash, IRequiresMessageQueue<IUnboundedDequeBasedMessageQueueSemantics>;
