using Meditron.Actors.Actor;
using Meditron.Actors.Dispatch;

namespace Meditron.Actors.Persistence.Sql.Database;

/// <summary>Runs work on a database, on threads that the runtime gives: each work has a deadline, until which it is tried again while trying again may help.</summary>
internal sealed class SqlWorkers : IDisposable
{
    /// <summary>How long the end of an actor system waits for connections to close.</summary>
    public static readonly TimeSpan ClosingTimeout = TimeSpan.FromSeconds(5);

    private readonly ActorSystem _system;
    private readonly EngineRuntime _runtime;
    private readonly IScheduler _scheduler;
    private readonly SqlConnections _connections;
    private readonly IExecutor _threads;

    public SqlWorkers(ActorSystem system, SqlConnections connections, string name, int threads)
    {
        _system = system;
        _runtime = ((ActorSystemImpl)system).Runtime;
        _scheduler = system.Scheduler;
        _connections = connections;
        _threads = _runtime.NewThreads(name, threads);
    }

    /// <summary>The pause before the given try, the first one being 0.</summary>
    public static TimeSpan Pause(int attempt) => TimeSpan.FromMilliseconds(Math.Min(1000, 25 << Math.Min(attempt, 6)));

    /// <summary>Runs work; the body gets a session and the time that is left.</summary>
    /// <param name="attempt">What is attempted, as the beginning of a sentence, for messages.</param>
    /// <param name="timeout">How long it may take with all tries.</param>
    /// <param name="body">The work; it runs again from its beginning where it failed and trying again may help.</param>
    public Task<T> Run<T>(string attempt, TimeSpan timeout, Func<SqlSession, TimeSpan, T> body)
    {
        var work = new Work<T>(this, attempt, timeout, body);
        _threads.Execute(work);
        return work.Task;
    }

    /// <summary>Runs work of its own accord on the next free thread.</summary>
    public void Execute(IRunnable work) => _threads.Execute(work);

    /// <summary>Runs work of its own accord after a pause.</summary>
    public void ExecuteAfter(TimeSpan pause, IRunnable work) => _scheduler.Advanced.ScheduleOnce(pause, () => _threads.Execute(work));

    /// <summary>Ends the threads when the work that waits is done.</summary>
    public void Dispose() => _threads.Shutdown();

    /// <summary>Does one last thing and ends the threads; the actor system's end waits for it, so that what was open is closed then.</summary>
    public void DisposeAfter(Action last)
    {
        var closed = Close(last);
        try
        {
            _system.RegisterOnTermination(() => closed.Wait(ClosingTimeout));
        }
        catch (InvalidOperationException)
        {
            // The system is gone already.
        }
    }

    /// <summary>Does one last thing and ends the threads.</summary>
    public Task Close(Action last)
    {
        var closed = _runtime.NewPromise<Done>();
        _threads.Execute(new ActionRunnable(() =>
        {
            last();
            closed.TrySetResult(Done.Instance);
        }));
        Dispose();
        return closed.Task;
    }

    private sealed class Work<T>(SqlWorkers workers, string attempt, TimeSpan timeout, Func<SqlSession, TimeSpan, T> body) : IRunnable
    {
        private readonly TaskCompletionSource<T> _promise = workers._runtime.NewPromise<T>();
        private readonly long _start = workers._runtime.Time.GetTimestamp();
        private Exception? _last;
        private int _tries;

        public Task<T> Task => _promise.Task;

        private TimeSpan Left => timeout - workers._runtime.Time.GetElapsedTime(_start);

        public void Execute() => Run();

        public void Run()
        {
            var connections = workers._connections;
            var left = Left;
            if (left <= TimeSpan.Zero)
            {
                GiveUp(_last ?? new TimeoutException("it waited too long for work before it."), timeout);
                return;
            }

            SqlSession? session = null;
            try
            {
                session = connections.Take(left);
                var result = body(session, left);
                connections.Return(session);
                _promise.TrySetResult(result);
            }
            catch (Exception failure)
            {
                SqlConnections.Drop(session);
                var pause = Pause(_tries++);
                if (!connections.Database.IsTransient(failure))
                {
                    GiveUp(failure, null);
                }
                else if (Left <= pause)
                {
                    GiveUp(failure, timeout);
                }
                else
                {
                    _last = failure;
                    connections.Away(failure);
                    workers.ExecuteAfter(pause, this);
                }
            }
        }

        private void GiveUp(Exception failure, TimeSpan? tried) => _promise.TrySetException(workers._connections.Database.Explain(attempt, failure, tried));
    }
}
