using Meditron.Actors.Event;

namespace Meditron.Actors.Actor;

/// <summary>Puts all it receives into the queue of its inbox.</summary>
internal sealed class InboxActor(InboxQueue queue) : ActorBase
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case StartWatch { Message: null } watch:
                Context.Watch(watch.Subject);
                return true;
            case StartWatch watch:
                Context.WatchWith(watch.Subject, watch.Message);
                return true;
            case StopWatch watch:
                Context.Unwatch(watch.Subject);
                return true;
            default:
                queue.Put(message);
                return true;
        }
    }

    internal sealed record StartWatch(IActorRef Subject, object? Message) : INoSerializationVerificationNeeded;

    internal sealed record StopWatch(IActorRef Subject) : INoSerializationVerificationNeeded;
}

/// <summary>The messages of an inbox and those who wait for them, both in order.</summary>
internal sealed class InboxQueue(ActorSystemImpl system, int capacity)
{
    private readonly Lock _sync = new();
    private readonly LinkedList<object> _messages = [];
    private readonly LinkedList<Waiter> _waiters = [];
    private bool _warned;

    internal void Put(object message)
    {
        Waiter? receiver = null;
        bool warn = false;
        lock (_sync)
        {
            for (LinkedListNode<Waiter>? node = _waiters.First; node is not null; node = node.Next)
            {
                if (node.Value.Predicate?.Invoke(message) != false)
                {
                    receiver = node.Value;
                    _waiters.Remove(node);
                    break;
                }
            }

            if (receiver is null)
            {
                if (_messages.Count < capacity)
                {
                    _messages.AddLast(message);
                }
                else
                {
                    warn = !_warned;
                    _warned = true;
                }
            }
        }

        if (warn)
        {
            system.Log.Warning("An inbox holds {0} messages, as many as akka.actor.inbox.inbox-size allows; it drops all that come until some are received.", capacity);
        }

        receiver?.Timeout?.Cancel();
        receiver?.Promise.TrySetResult(message);
    }

    internal Task<object> Take(Predicate<object>? predicate, TimeSpan timeout)
    {
        Waiter waiter;
        lock (_sync)
        {
            for (LinkedListNode<object>? node = _messages.First; node is not null; node = node.Next)
            {
                if (predicate?.Invoke(node.Value) != false)
                {
                    _messages.Remove(node);
                    _warned = false;
                    return Task.FromResult(node.Value);
                }
            }

            if (timeout == TimeSpan.Zero)
            {
                return Task.FromException<object>(TooLate(timeout));
            }

            waiter = new Waiter(predicate, system.Runtime.NewPromise<object>());
            _waiters.AddLast(waiter);
            if (timeout > TimeSpan.Zero)
            {
                waiter.Timeout = system.Scheduler.Advanced.ScheduleOnceCancelable(timeout, () => GiveUp(waiter, timeout));
            }
        }

        return waiter.Promise.Task;
    }

    private static TimeoutException TooLate(TimeSpan timeout) => new($"No message came to the inbox within {timeout}.");

    private void GiveUp(Waiter waiter, TimeSpan timeout)
    {
        bool waiting;
        lock (_sync)
        {
            waiting = _waiters.Remove(waiter);
        }

        if (waiting)
        {
            waiter.Promise.TrySetException(TooLate(timeout));
        }
    }

    private sealed class Waiter(Predicate<object>? predicate, TaskCompletionSource<object> promise)
    {
        internal Predicate<object>? Predicate { get; } = predicate;

        internal TaskCompletionSource<object> Promise { get; } = promise;

        internal ICancelable? Timeout { get; set; }
    }
}
