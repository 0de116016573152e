using Meditron.Actors.Actor;

namespace Meditron.Actors.Dispatch.MessageQueues;

/// <summary>The queue inside a mailbox: many threads put, one takes.</summary>
public interface IMessageQueue
{
    /// <summary>Whether messages wait.</summary>
    bool HasMessages { get; }

    /// <summary>The number of messages that wait.</summary>
    int Count { get; }

    /// <summary>Puts a message.</summary>
    void Enqueue(IActorRef receiver, Envelope envelope);

    /// <summary>Takes the next message, if there is one.</summary>
    bool TryDequeue(out Envelope envelope);

    /// <summary>Moves all messages to the dead letters.</summary>
    void CleanUp(IActorRef owner, IMessageQueue deadletters);
}
