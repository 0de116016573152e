using System.Collections.Concurrent;
using Meditron.Actors.Event;

namespace Meditron.Actors.Persistence.Sql.Database;

/// <summary>Keeps a plugin's sessions, opens new ones, checks the tables on each, and logs when the database goes away and when it is back.</summary>
internal sealed class SqlConnections(SqlDatabase database, Action<SqlSession> prepare, ILoggingAdapter log) : IDisposable
{
    private readonly ConcurrentBag<SqlSession> _idle = [];
    private int _isAway;
    private volatile bool _isClosed;

    public SqlDatabase Database { get; } = database;

    /// <summary>An idle session, or a new one.</summary>
    public SqlSession Take(TimeSpan timeout)
    {
        while (_idle.TryTake(out var idle))
        {
            if (idle.Epoch == Database.Epoch)
            {
                Database.Limit(idle, timeout);
                return idle;
            }

            Drop(idle);
        }

        SqlSession session;
        try
        {
            session = Open(timeout);
        }
        catch (SqlLayoutException damage) when (Database.TryBeginAnew(damage.Epoch, damage.Message))
        {
            session = Open(timeout);
        }

        Database.Limit(session, timeout);
        return session;
    }

    private SqlSession Open(TimeSpan timeout)
    {
        var session = Database.Open(timeout);
        if (Database.TakeNotice() is { } notice)
        {
            log.Error(notice);
        }

        try
        {
            prepare(session);
            return session;
        }
        catch (Exception failure)
        {
            Drop(session);
            if (failure is SqlLayoutException layout)
            {
                layout.Epoch = session.Epoch;
            }

            throw;
        }
    }

    /// <summary>Takes a session back whose work has succeeded.</summary>
    public void Return(SqlSession session)
    {
        if (Interlocked.Exchange(ref _isAway, 0) == 1)
        {
            log.Info("{0} is back.", Database.Description);
        }

        if (_isClosed)
        {
            Drop(session);
            return;
        }

        _idle.Add(session);
        if (_isClosed)
        {
            CloseIdle();
        }
    }

    /// <summary>Ends a session whose work has failed; whether the failure was the session's own is not worth finding out.</summary>
    public static void Drop(SqlSession? session)
    {
        try
        {
            session?.Dispose();
        }
        catch (Exception)
        {
            // It is broken, and its end is of no interest to anybody.
        }
    }

    /// <summary>Notes that the database is away; the other sessions are likely to be of no use either.</summary>
    public void Away(Exception failure)
    {
        if (Interlocked.Exchange(ref _isAway, 1) == 0)
        {
            log.Warning("{0} What waits is tried again until its time is over.", Database.Explain("Work", failure).Message);
        }

        CloseIdle();
    }

    public void Dispose()
    {
        _isClosed = true;
        CloseIdle();
    }

    private void CloseIdle()
    {
        while (_idle.TryTake(out var session))
        {
            Drop(session);
        }
    }
}
