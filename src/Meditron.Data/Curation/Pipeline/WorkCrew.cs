namespace Meditron.Data.Curation.Pipeline;

/// <summary>Runs the items of a sequence on several threads, each with a worker of its own; the first error stops all of them.</summary>
internal static class WorkCrew
{
    /// <param name="items">What is to be done; taken one at a time under a lock, so it may be read from a file.</param>
    /// <param name="threads">How many threads.</param>
    /// <param name="makeWorker">Makes the worker of a thread.</param>
    /// <param name="work">Does one item.</param>
    /// <param name="cancellation">Stops after the items in hand.</param>
    public static void Run<TItem, TWorker>(
        IEnumerable<TItem> items, int threads, Func<TWorker> makeWorker, Action<TWorker, TItem, CancellationToken> work, CancellationToken cancellation)
        where TWorker : IDisposable
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var source = items.GetEnumerator();
        var gate = new Lock();
        Exception? first = null;

        void Loop()
        {
            try
            {
                using var worker = makeWorker();
                while (!stop.IsCancellationRequested)
                {
                    TItem item;
                    lock (gate)
                    {
                        if (!source.MoveNext())
                        {
                            return;
                        }

                        item = source.Current;
                    }

                    work(worker, item, stop.Token);
                }
            }
            catch (Exception e)
            {
                lock (gate)
                {
                    first ??= e;
                }

                stop.Cancel();
            }
        }

        var others = new Task[Math.Max(0, threads - 1)];
        for (var i = 0; i < others.Length; i++)
        {
            others[i] = Task.Factory.StartNew(Loop, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

        Loop();
        Task.WaitAll(others, CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        if (first is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }
    }
}
