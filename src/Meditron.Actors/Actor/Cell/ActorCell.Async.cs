using Meditron.Actors.Dispatch;
using Meditron.Actors.Dispatch.SysMsg;

namespace Meditron.Actors.Actor;

/// <summary>Handlers that await: no other user message is processed before they have ended, and every piece of them runs in the actor's turn.</summary>
internal sealed partial class ActorCell
{
    private AsyncHandler? _async;

    /// <summary>Starts an asynchronous handler; throws what it throws before its first wait.</summary>
    public void RunAsync(Func<Task> handler)
    {
        _async ??= new AsyncHandler(new ActorTaskScheduler(this), Mailbox);
        var start = new Task<Task>(handler);
        start.RunSynchronously(_async.Scheduler);
        var running = start.GetAwaiter().GetResult();
        if (running.IsCompleted)
        {
            running.GetAwaiter().GetResult();
            return;
        }

        _async.Begin(running);
        running.ContinueWith(
            static (ended, self) => ((LocalActorRef)self!).SendSystemMessage(new AsyncHandlerCompleted(ended)),
            _self,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    private static void ContinueTask(ActorTaskScheduler scheduler, Task task) => scheduler.Execute(task);

    private void CompleteAsync(Task task)
    {
        // A handler of an incarnation that is gone is of no more interest.
        if (_async is null || !ReferenceEquals(_async.Task, task))
        {
            return;
        }

        var message = _currentMessage;
        _async.Forget();
        if (!task.IsCompletedSuccessfully)
        {
            HandleInvokeFailure(task.Exception?.InnerException ?? new TaskCanceledException(task));
        }
        else
        {
            _currentMessage = null;
            _currentSender = null;
        }

        if (_timeout is not null)
        {
            CheckReceiveTimeout(message is not INotInfluenceReceiveTimeout);
        }
    }

    private sealed class AsyncHandler(ActorTaskScheduler scheduler, Mailbox mailbox)
    {
        public ActorTaskScheduler Scheduler { get; } = scheduler;

        /// <summary>The handler that waits, if one does.</summary>
        public Task? Task { get; private set; }

        public void Begin(Task task)
        {
            Task = task;
            mailbox.Suspend();
        }

        public void Forget()
        {
            if (Task is not null)
            {
                Task = null;
                mailbox.Resume();
            }
        }
    }
}
