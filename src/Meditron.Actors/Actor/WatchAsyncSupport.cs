using Meditron.Actors.Dispatch.SysMsg;

namespace Meditron.Actors.Actor;

/// <summary>Waiting for an actor's end outside of actors.</summary>
public static class WatchAsyncSupport
{
    /// <summary>A task that is true when the actor has stopped, and false when the wait was cancelled first.</summary>
    public static async Task<bool> WatchAsync(this IActorRef target, CancellationToken token = default)
    {
        var reference = (IInternalActorRef)target;
        var system = reference.Provider.SystemImpl;
        var promise = system.Runtime.NewPromise<Terminated>();
        var future = new FutureActorRef<Terminated>(promise, system);
        await using var registration = token.UnsafeRegister(static (state, t) => ((FutureActorRef<Terminated>)state!).Complete(new OperationCanceledException(t)), future);
        reference.SendSystemMessage(new Watch(reference, future));
        try
        {
            await promise.Task;
            return true;
        }
        catch (OperationCanceledException)
        {
            reference.SendSystemMessage(new Unwatch(reference, future));
            return false;
        }
    }
}
