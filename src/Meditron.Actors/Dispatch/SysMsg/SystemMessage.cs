using Meditron.Actors.Actor;

namespace Meditron.Actors.Dispatch.SysMsg;

/// <summary>A message of the engine to a cell: overtakes user messages, and is never lost while the cell lives.</summary>
internal abstract class SystemMessage : INoSerializationVerificationNeeded
{
    /// <summary>The next message in the queue that holds this one; a message is in one queue at a time.</summary>
    internal SystemMessage? Next { get; set; }
}

/// <summary>Creates the actor of a new cell.</summary>
internal sealed class Create(ActorInitializationException? failure) : SystemMessage
{
    public ActorInitializationException? Failure { get; } = failure;
}

/// <summary>Restarts the actor.</summary>
internal sealed class Recreate(Exception cause) : SystemMessage
{
    public Exception Cause { get; } = cause;
}

/// <summary>Suspends the processing of user messages.</summary>
internal sealed class Suspend : SystemMessage;

/// <summary>Resumes the processing of user messages.</summary>
internal sealed class Resume(Exception? causedByFailure) : SystemMessage
{
    public Exception? CausedByFailure { get; } = causedByFailure;
}

/// <summary>Stops the actor.</summary>
internal sealed class Terminate : SystemMessage;

/// <summary>Adds a watcher.</summary>
internal sealed class Watch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;
}

/// <summary>Removes a watcher.</summary>
internal sealed class Unwatch(IInternalActorRef watchee, IInternalActorRef watcher) : SystemMessage
{
    public IInternalActorRef Watchee { get; } = watchee;

    public IInternalActorRef Watcher { get; } = watcher;
}

/// <summary>Tells a watcher or the parent that an actor has stopped.</summary>
internal sealed class DeathWatchNotification(IActorRef actor, bool existenceConfirmed, bool addressTerminated) : SystemMessage
{
    public IActorRef Actor { get; } = actor;

    public bool ExistenceConfirmed { get; } = existenceConfirmed;

    public bool AddressTerminated { get; } = addressTerminated;
}

/// <summary>Tells the parent that a child has failed.</summary>
internal sealed class Failed(IInternalActorRef child, Exception cause, long uid) : SystemMessage
{
    public IInternalActorRef Child { get; } = child;

    public Exception Cause { get; } = cause;

    public long Uid { get; } = uid;
}

/// <summary>Runs a piece of an asynchronous handler in the actor's turn.</summary>
internal sealed class RunTask(ActorTaskScheduler scheduler, Task task) : SystemMessage
{
    public ActorTaskScheduler Scheduler { get; } = scheduler;

    public Task Task { get; } = task;
}

/// <summary>An asynchronous handler has ended.</summary>
internal sealed class AsyncHandlerCompleted(Task task) : SystemMessage
{
    public Task Task { get; } = task;
}
