using Meditron.Actors.Dispatch.SysMsg;

namespace Meditron.Actors.Actor;

/// <summary>The reference behind an ask: its first message completes the promise; it has a path only once somebody asks for it.</summary>
internal sealed class FutureActorRef<T>(TaskCompletionSource<T> promise, ActorSystemImpl system) : MinimalActorRef
{
    private List<IInternalActorRef>? _watchers;
    private ActorPath? _path;

    /// <summary>What ends with the promise: its timeout, or the registration of a cancellation.</summary>
    public IScheduled? Timeout { get; set; }

    public override ActorPath Path => Volatile.Read(ref _path) ?? Register();

    public override IActorRefProvider Provider => system.Provider;

    public override IInternalActorRef Parent => system.Provider.TempContainer;

    public override bool IsTerminated => promise.Task.IsCompleted;

    public override void SendSystemMessage(SystemMessage message)
    {
        switch (message)
        {
            case Watch watch when watch.Watchee.Equals(this):
                if (IsTerminated)
                {
                    watch.Watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true, addressTerminated: false));
                    break;
                }

                lock (promise)
                {
                    (_watchers ??= []).Add(watch.Watcher);
                }

                break;
            case Unwatch unwatch when unwatch.Watchee.Equals(this):
                lock (promise)
                {
                    _watchers?.Remove(unwatch.Watcher);
                }

                break;
            case DeathWatchNotification notification:
                TellInternal(new Terminated(notification.Actor, notification.ExistenceConfirmed, notification.AddressTerminated), notification.Actor);
                break;
        }
    }

    public override void Stop() => Complete(new ObjectDisposedException(GetType().Name, "The promise of an ask was stopped before a reply came."));

    /// <summary>Ends the ask without a reply.</summary>
    public void Complete(Exception cause)
    {
        if (cause is OperationCanceledException cancelled ? promise.TrySetCanceled(cancelled.CancellationToken) : promise.TrySetException(cause))
        {
            Completed();
        }
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        var first = message switch
        {
            Status.Failure failure when typeof(T) != typeof(Status) && typeof(T) != typeof(Status.Failure) => promise.TrySetException(failure.Cause),
            T reply => promise.TrySetResult(reply),
            _ => promise.TrySetException(new ArgumentException($"Received message of type [{message.GetType()}] - Ask expected message of type [{typeof(T)}]")),
        };
        if (first)
        {
            Completed();
        }
        else
        {
            system.ToDeadLetters(message, sender, this);
        }
    }

    private ActorPath Register()
    {
        var path = system.Provider.TempPath();
        if (Interlocked.CompareExchange(ref _path, path, null) is { } earlier)
        {
            return earlier;
        }

        system.Provider.RegisterTempActor(this, path);
        if (IsTerminated)
        {
            system.Provider.UnregisterTempActor(path);
        }

        return path;
    }

    private void Completed()
    {
        Timeout?.Cancel();
        if (Volatile.Read(ref _path) is { } path)
        {
            system.Provider.UnregisterTempActor(path);
        }

        List<IInternalActorRef>? watchers;
        lock (promise)
        {
            watchers = _watchers;
            _watchers = null;
        }

        foreach (var watcher in watchers ?? [])
        {
            watcher.SendSystemMessage(new DeathWatchNotification(this, existenceConfirmed: true, addressTerminated: false));
        }
    }
}
