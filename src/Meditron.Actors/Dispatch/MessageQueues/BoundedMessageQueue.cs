using System.Collections.Concurrent;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Dispatch.MessageQueues;

/// <summary>A queue of limited length: what does not fit goes to the dead letters at once, since a sender never waits.</summary>
internal sealed class BoundedMessageQueue(int capacity, ActorSystem system) : IMessageQueue
{
    private readonly ConcurrentQueue<Envelope> _messages = new();
    private int _count;

    public bool HasMessages => !_messages.IsEmpty;

    public int Count => Volatile.Read(ref _count);

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        if (Interlocked.Increment(ref _count) > capacity)
        {
            Interlocked.Decrement(ref _count);
            system.EventStream.Publish(new Event.Dropped(envelope.Message, $"the mailbox is full ({capacity} messages)", envelope.Sender, receiver));
            system.DeadLetters.Tell(new Event.DeadLetter(envelope.Message, envelope.Sender, receiver), envelope.Sender);
            return;
        }

        _messages.Enqueue(envelope);
    }

    public bool TryDequeue(out Envelope envelope)
    {
        var any = _messages.TryDequeue(out envelope);
        if (any)
        {
            Interlocked.Decrement(ref _count);
        }

        return any;
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }
}
