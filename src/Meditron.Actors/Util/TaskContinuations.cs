namespace Meditron.Actors.Util;

/// <summary>Goes on after tasks without choosing a thread: the continuation runs where the task ends, so that one thread can run everything.</summary>
internal static class TaskContinuations
{
    /// <summary>Runs an action when a task has ended, at once if it has.</summary>
    internal static void OnCompleted(this Task task, Action<Task> action)
    {
        if (task.IsCompleted)
        {
            action(task);
            return;
        }

        _ = task.ContinueWith(
            static (ended, state) => ((Action<Task>)state!)(ended),
            action,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Gives a promise the end of a task.</summary>
    internal static void CompleteFrom<T>(this TaskCompletionSource<T> promise, Task<T> task)
    {
        switch (task.Status)
        {
            case TaskStatus.RanToCompletion:
                promise.TrySetResult(task.Result);
                break;
            case TaskStatus.Canceled:
                promise.TrySetCanceled();
                break;
            default:
                promise.TrySetException(task.Exception!.InnerExceptions);
                break;
        }
    }

    /// <summary>What a task that did not succeed failed with.</summary>
    internal static Exception Failure(this Task task) => task.Exception?.InnerException ?? new TaskCanceledException(task);
}
