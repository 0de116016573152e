using Meditron.Actors.Actor;

namespace Meditron.Actors.Dispatch.MessageQueues;

/// <summary>A queue ordered by priority, then by arrival.</summary>
internal sealed class PriorityMessageQueue(Func<object, int> priority, int capacity) : IMessageQueue
{
    private readonly PriorityQueue<Envelope, (int Priority, long Arrival)> _messages = new(capacity);
    private readonly Lock _lock = new();
    private long _arrivals;

    public bool HasMessages => Count > 0;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _messages.Count;
            }
        }
    }

    public void Enqueue(IActorRef receiver, Envelope envelope)
    {
        lock (_lock)
        {
            _messages.Enqueue(envelope, (priority(envelope.Message), _arrivals++));
        }
    }

    public bool TryDequeue(out Envelope envelope)
    {
        lock (_lock)
        {
            return _messages.TryDequeue(out envelope, out _);
        }
    }

    public void CleanUp(IActorRef owner, IMessageQueue deadletters)
    {
        while (TryDequeue(out var envelope))
        {
            deadletters.Enqueue(owner, envelope);
        }
    }
}
