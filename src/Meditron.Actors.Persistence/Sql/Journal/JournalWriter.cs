using Meditron.Actors.Actor;
using Meditron.Actors.Dispatch;
using Meditron.Actors.Persistence.Sql.Database;

namespace Meditron.Actors.Persistence.Sql.Journal;

/// <summary>
/// Writes in groups: what waits while a transaction is being committed goes into the next one together. A group that fails because the
/// database is away is tried again until the time of its requests is over; one that fails otherwise is taken apart, so that one request
/// that cannot be written fails alone.
/// </summary>
internal sealed class JournalWriter : IRunnable
{
    private readonly EngineRuntime _runtime;
    private readonly SqlConnections _connections;
    private readonly SqlWorkers _workers;
    private readonly SqlJournalSettings _settings;
    private readonly IJournalInserter _inserter;
    private readonly Lock _lock = new();
    private readonly Queue<Entry> _waiting = new();

    /// <summary>The group that is being written; touched by the one thread that writes alone.</summary>
    private List<Entry> _group = [];
    private bool _isRunning;
    private int _tries;
    private Exception? _last;

    public JournalWriter(ActorSystem system, SqlConnections connections, SqlWorkers workers, SqlJournalSettings settings, IJournalInserter inserter)
    {
        _runtime = ((ActorSystemImpl)system).Runtime;
        _connections = connections;
        _workers = workers;
        _settings = settings;
        _inserter = inserter;
    }

    public Task Write(JournalWrite write, TimeSpan timeout)
    {
        var entry = new Entry(write, _runtime.NewPromise<Done>(), _runtime.Time.GetTimestamp(), timeout);
        lock (_lock)
        {
            if (_waiting.Count >= _settings.BufferSize)
            {
                return Task.FromException(new SqlStoreException(
                    $"{_settings.Sql.Path} has {_waiting.Count} requests to write waiting already ({_settings.Sql.Path}.buffer-size): {_connections.Database.Description} is away or too slow for what is persisted."));
            }

            _waiting.Enqueue(entry);
            if (_isRunning)
            {
                return entry.Promise.Task;
            }

            _isRunning = true;
        }

        _workers.Execute(this);
        return entry.Promise.Task;
    }

    public void Execute() => Run();

    public void Run()
    {
        while (_group.Count > 0 || TryTakeGroup())
        {
            DropLate();
            if (_group.Count > 0 && !TryWriteGroup())
            {
                return;
            }
        }
    }

    private bool TryTakeGroup()
    {
        lock (_lock)
        {
            var rows = 0;
            while (_waiting.TryPeek(out var next) && (rows == 0 || rows + next.Write.Rows.Count <= _settings.TransactionSize))
            {
                rows += next.Write.Rows.Count;
                _group.Add(_waiting.Dequeue());
            }

            return _isRunning = _group.Count > 0;
        }
    }

    /// <summary>Fails requests whose time is over: those who asked have been told so, or will be at once, and must not find their events later.</summary>
    private void DropLate()
    {
        List<Entry>? late = null;
        foreach (var entry in _group)
        {
            if (Left(entry) <= TimeSpan.Zero)
            {
                (late ??= []).Add(entry);
            }
        }

        if (late is not null)
        {
            _group.RemoveAll(late.Contains);
            foreach (var entry in late)
            {
                Fail(entry, _last ?? new TimeoutException("it waited too long for writes before it."), entry.Timeout);
            }
        }
    }

    /// <summary>Writes the group; false if it is to be tried again after a pause.</summary>
    private bool TryWriteGroup()
    {
        var left = _group.Max(Left);
        SqlSession? session = null;
        try
        {
            session = _connections.Take(left);
            var results = _inserter.Write(session, [.. _group.Select(entry => entry.Write)], left);
            _connections.Return(session);
            for (var i = 0; i < results.Length; i++)
            {
                Complete(_group[i], results[i]);
            }

            NextGroup([]);
            return true;
        }
        catch (Exception failure)
        {
            SqlConnections.Drop(session);
            if (_connections.Database.IsTransient(failure))
            {
                _last = failure;
                _connections.Away(failure);
                _workers.ExecuteAfter(SqlWorkers.Pause(_tries++), this);
                return false;
            }

            TakeApart(failure);
            return true;
        }
    }

    private void TakeApart(Exception failure)
    {
        if (_group.Count == 1)
        {
            Fail(_group[0], failure, null);
            NextGroup([]);
            return;
        }

        // The first half is written alone; the second waits before all others.
        var half = _group.Count / 2;
        lock (_lock)
        {
            var others = _waiting.ToArray();
            _waiting.Clear();
            foreach (var entry in _group[half..].Concat(others))
            {
                _waiting.Enqueue(entry);
            }
        }

        NextGroup(_group[..half]);
    }

    private void NextGroup(List<Entry> group)
    {
        _group = group;
        _tries = 0;
        _last = null;
    }

    private TimeSpan Left(Entry entry) => entry.Timeout - _runtime.Time.GetElapsedTime(entry.Start);

    private static void Complete(Entry entry, Exception? result)
    {
        if (result is null)
        {
            entry.Promise.TrySetResult(Done.Instance);
        }
        else
        {
            entry.Promise.TrySetException(result);
        }
    }

    private void Fail(Entry entry, Exception failure, TimeSpan? tried)
    {
        var row = entry.Write.Rows[0];
        entry.Promise.TrySetException(_connections.Database.Explain($"Writing events of {row.PersistenceId} from sequence number {row.SequenceNr} on", failure, tried));
    }

    private sealed record Entry(JournalWrite Write, TaskCompletionSource<Done> Promise, long Start, TimeSpan Timeout);
}
