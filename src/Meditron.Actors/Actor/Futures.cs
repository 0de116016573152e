namespace Meditron.Actors.Actor;

/// <summary>Requests with a reply.</summary>
public static class Futures
{
    /// <summary>Sends a request; the task is its reply. Without a timeout it waits for as long as <c>akka.actor.ask-timeout</c> says.</summary>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout = null) => self.Ask<object>(message, timeout, CancellationToken.None);

    /// <summary>Sends a request; the task is its reply.</summary>
    public static Task<object> Ask(this ICanTell self, object message, CancellationToken cancellationToken) => self.Ask<object>(message, null, cancellationToken);

    /// <summary>Sends a request; the task is its reply.</summary>
    public static Task<object> Ask(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken) => self.Ask<object>(message, timeout, cancellationToken);

    /// <summary>Sends a request whose reply has a type; another type of reply faults the task, as does <see cref="Status.Failure"/>.</summary>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout = null) => self.Ask<T>(message, timeout, CancellationToken.None);

    /// <summary>Sends a request whose reply has a type.</summary>
    public static Task<T> Ask<T>(this ICanTell self, object message, CancellationToken cancellationToken) => self.Ask<T>(message, null, cancellationToken);

    /// <summary>Sends a request whose reply has a type.</summary>
    /// <exception cref="AskTimeoutException">No reply came in time (from the task).</exception>
    public static Task<T> Ask<T>(this ICanTell self, object message, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var (future, task) = Start<T>(self, timeout, cancellationToken);
        self.Tell(message, future);
        return task;
    }

    /// <summary>Sends a request that holds the reference to reply to.</summary>
    public static Task<T> Ask<T>(this ICanTell self, Func<IActorRef, object> messageFactory, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var (future, task) = Start<T>(self, timeout, cancellationToken);
        self.Tell(messageFactory(future), future);
        return task;
    }

    private static (FutureActorRef<T> Future, Task<T> Task) Start<T>(ICanTell target, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var system = SystemOf(target);
        timeout ??= system.Settings.AskTimeout;
        if (timeout == TimeSpan.Zero || (timeout < TimeSpan.Zero && timeout != Timeout.InfiniteTimeSpan))
        {
            throw new ArgumentException($"Cannot ask with a timeout of {timeout}: it must be positive, or infinite.", nameof(timeout));
        }

        var promise = system.Runtime.NewPromise<T>();
        var future = new FutureActorRef<T>(promise, system);
        if (cancellationToken.CanBeCanceled)
        {
            var registration = cancellationToken.UnsafeRegister(static (state, token) => ((FutureActorRef<T>)state!).Complete(new OperationCanceledException(token)), future);
            future.Timeout = new Registration(registration, null);
        }

        if (timeout != Timeout.InfiniteTimeSpan)
        {
            var span = timeout.Value;
            var scheduled = system.ScheduleInternal(span, () => future.Complete(new AskTimeoutException($"Timeout after {span} seconds")));
            future.Timeout = future.Timeout is Registration first ? first with { Next = scheduled } : scheduled;
        }

        return (future, promise.Task);
    }

    private static ActorSystemImpl SystemOf(ICanTell target) => target switch
    {
        IInternalActorRef reference when reference is not Nobody => reference.Provider.SystemImpl,
        ActorSelection selection => SystemOf(selection.Anchor),
        _ => ActorCell.Current?.SystemImpl ?? throw new ArgumentException($"Cannot ask {target}: it belongs to no actor system. Ask an actor, or a selection of actors.", nameof(target)),
    };

    private sealed record Registration(CancellationTokenRegistration Cancellation, IScheduled? Next) : IScheduled
    {
        public void Cancel()
        {
            Cancellation.Unregister();
            Next?.Cancel();
        }
    }
}
