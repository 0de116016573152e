using System.Collections.Concurrent;

namespace Meditron.Actors.Dispatch;

/// <summary>Runs work on its own background threads, first come first served.</summary>
internal sealed class ThreadsExecutor : Actor.IExecutor
{
    private readonly BlockingCollection<IRunnable> _work = new(new ConcurrentQueue<IRunnable>());

    public ThreadsExecutor(string name, int count)
    {
        for (var i = 0; i < count; i++)
        {
            new Thread(Loop) { IsBackground = true, Name = count == 1 ? name : $"{name}-{i}" }.Start();
        }
    }

    public void Execute(IRunnable work)
    {
        try
        {
            _work.Add(work);
        }
        catch (InvalidOperationException)
        {
            // The dispatcher is shut down with its system; what comes after is for the thread pool, so that nobody waits for ever.
            ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
        }
    }

    public void Shutdown() => _work.CompleteAdding();

    private void Loop()
    {
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work.Run();
        }
    }
}
