namespace Meditron.Actors.Actor;

/// <summary>Sends the outcome of tasks to actors.</summary>
public static class PipeToSupport
{
    /// <summary>Sends the result of a task; a failure goes as <see cref="Status.Failure"/>.</summary>
    public static Task PipeTo<T>(this Task<T> taskToPipe, ICanTell recipient, IActorRef? sender = null, Func<T, object>? success = null, Func<Exception, object>? failure = null) =>
        Pipe(taskToPipe, recipient, sender ?? ActorCell.GetCurrentSelfOrNoSender(), () => success is null ? taskToPipe.Result! : success(taskToPipe.Result), failure);

    /// <summary>Sends the result of a task.</summary>
    public static Task PipeTo<T>(
        this Task<T> taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef? sender = null, Func<T, object>? success = null, Func<Exception, object>? failure = null) =>
        taskToPipe.PipeTo(recipient, sender, success, failure);

    /// <summary>Sends the end of a task: nothing on success unless a message is given.</summary>
    public static Task PipeTo(this Task taskToPipe, ICanTell recipient, IActorRef? sender = null, Func<object>? success = null, Func<Exception, object>? failure = null) =>
        Pipe(taskToPipe, recipient, sender ?? ActorCell.GetCurrentSelfOrNoSender(), success, failure);

    /// <summary>Sends the end of a task.</summary>
    public static Task PipeTo(this Task taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef? sender = null, Func<object>? success = null, Func<Exception, object>? failure = null) =>
        taskToPipe.PipeTo(recipient, sender, success, failure);

    /// <summary>Sends the result of a task.</summary>
    public static Task PipeTo<T>(this ValueTask<T> taskToPipe, ICanTell recipient, IActorRef? sender = null, Func<T, object>? success = null, Func<Exception, object>? failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, sender, success, failure);

    /// <summary>Sends the result of a task.</summary>
    public static Task PipeTo<T>(
        this ValueTask<T> taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef? sender = null, Func<T, object>? success = null, Func<Exception, object>? failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, sender, success, failure);

    /// <summary>Sends the end of a task.</summary>
    public static Task PipeTo(this ValueTask taskToPipe, ICanTell recipient, IActorRef? sender = null, Func<object>? success = null, Func<Exception, object>? failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, sender, success, failure);

    /// <summary>Sends the end of a task.</summary>
    public static Task PipeTo(
        this ValueTask taskToPipe, ICanTell recipient, bool useConfigureAwait, IActorRef? sender = null, Func<object>? success = null, Func<Exception, object>? failure = null) =>
        taskToPipe.AsTask().PipeTo(recipient, sender, success, failure);

    // The continuation runs where the task ends, and only tells: nothing of the actor runs outside of its turn.
    private static Task Pipe(Task task, ICanTell recipient, IActorRef? sender, Func<object>? success, Func<Exception, object>? failure) => task.ContinueWith(
        ended =>
        {
            try
            {
                if (!ended.IsCompletedSuccessfully)
                {
                    var cause = ended.Exception is { InnerExceptions: [var only] } ? only : (Exception?)ended.Exception ?? new TaskCanceledException(ended);
                    recipient.Tell(failure is null ? new Status.Failure(cause) : failure(cause), sender);
                }
                else if (success is not null)
                {
                    recipient.Tell(success(), sender);
                }
            }
            catch (Exception cause)
            {
                recipient.Tell(new Status.Failure(cause), sender);
            }
        },
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);
}
