namespace Meditron.Actors.Dispatch;

/// <summary>Runs mailboxes in the thread that sends, one after another: what the actor sends to others of its kind waits for its own run to end.</summary>
internal sealed class CallingThreadDispatcher : MessageDispatcher
{
    private readonly ThreadLocal<Queue<IRunnable>?> _running = new();

    internal CallingThreadDispatcher(string id)
        : base(id, int.MaxValue)
    {
    }

    internal override void Execute(IRunnable work)
    {
        if (_running.Value is { } queue)
        {
            queue.Enqueue(work);
            return;
        }

        queue = new Queue<IRunnable>();
        _running.Value = queue;
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            queue.Enqueue(work);
            while (queue.TryDequeue(out var next))
            {
                next.Run();
            }
        }
        finally
        {
            _running.Value = null;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    internal override void Shutdown() => _running.Dispose();
}
