using Meditron.Actors.Dispatch.SysMsg;

namespace Meditron.Actors.Actor;

/// <summary>Stopping an actor and waiting for its end.</summary>
public static class GracefulStopSupport
{
    /// <summary>Stops an actor after its queued messages; false if it has not stopped in time.</summary>
    public static Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout) => target.GracefulStop(timeout, PoisonPill.Instance);

    /// <summary>Stops an actor with a message of its own; false if it has not stopped in time.</summary>
    public static async Task<bool> GracefulStop(this IActorRef target, TimeSpan timeout, object stopMessage)
    {
        var reference = (IInternalActorRef)target;
        var system = reference.Provider.SystemImpl;
        var promise = system.Runtime.NewPromise<object?>();
        var future = new FutureActorRef<object?>(promise, system);
        reference.SendSystemMessage(new Watch(reference, future));
        var scheduled = system.ScheduleInternal(timeout, () => promise.TrySetResult(null));
        target.Tell(stopMessage, ActorRefs.NoSender);
        try
        {
            return await promise.Task is Terminated terminated && terminated.ActorRef.Path.Equals(target.Path);
        }
        finally
        {
            scheduled.Cancel();
            reference.SendSystemMessage(new Unwatch(reference, future));
        }
    }
}
