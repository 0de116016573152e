using System.Data;
using System.Data.Common;

namespace Meditron.Actors.Persistence.Sql.Database;

/// <summary>A database: how to connect to it, what its failures mean, and what it does in its own way.</summary>
internal abstract class SqlDatabase
{
    /// <summary>What it is called in messages; no password is in it.</summary>
    public abstract string Description { get; }

    public static SqlDatabase Create(SqlSettings settings) => settings.Provider switch
    {
        SqlProvider.Sqlite => new SqliteDatabase(settings),
        _ => new PostgresDatabase(settings),
    };

    private string? _notice;

    /// <summary>What whoever uses the database has to be told once; null where there is nothing.</summary>
    public string? TakeNotice() => Interlocked.Exchange(ref _notice, null);

    /// <summary>Has something told to whoever uses the database.</summary>
    protected void Tell(string notice) => _notice = notice;

    /// <summary>How often the database has been begun anew: sessions of an earlier one are of no use.</summary>
    public virtual int Epoch => 0;

    /// <summary>Sets a damaged database aside and begins a new one, where that is allowed.</summary>
    /// <param name="epoch">The one in which the damage was found.</param>
    /// <param name="problem">What is wrong with it.</param>
    /// <returns>Whether sessions may be opened again.</returns>
    public virtual bool TryBeginAnew(int epoch, string problem) => false;

    /// <summary>Connects.</summary>
    public abstract SqlSession Open(TimeSpan timeout);

    /// <summary>Has the session's commands give up after a while; where that is not for each session to say, does nothing.</summary>
    public virtual void Limit(SqlSession session, TimeSpan timeout)
    {
    }

    /// <summary>Whether trying again may help: the database is away, busy, or somebody else was faster.</summary>
    public abstract bool IsTransient(Exception failure);

    /// <summary>Whether a failure says that a unique key refused a row.</summary>
    public abstract bool IsUniqueViolation(Exception failure);

    /// <summary>Whether a failure says that a table is not there.</summary>
    public abstract bool IsMissingTable(Exception failure);

    /// <summary>Whether a unique key over exactly these columns of a table is there.</summary>
    public abstract bool HasUniqueKey(SqlSession session, string? schema, string table, IReadOnlyList<string> columns);

    /// <summary>Runs an action in a transaction that no other writer of this process disturbs.</summary>
    public virtual T InTransaction<T>(SqlSession session, TimeSpan timeout, Func<T> action)
    {
        using var transaction = session.Transaction = session.Connection.BeginTransaction(IsolationLevel.ReadCommitted);
        try
        {
            var result = action();
            transaction.Commit();
            return result;
        }
        finally
        {
            session.Transaction = null;
        }
    }

    /// <summary>A failure as it is told to others: what was attempted, on which database, and why it failed.</summary>
    public Exception Explain(string attempt, Exception failure, TimeSpan? tried = null) => failure is SqlStoreException
        ? failure
        : new SqlStoreException($"{attempt} on {Description} failed{(tried is { } time ? $" for {time.TotalSeconds:0.#} s" : string.Empty)}: {Text(failure)}{Advice(failure)}", failure);

    /// <summary>What to do about a failure; empty where nothing can be said.</summary>
    protected abstract string Advice(Exception failure);

    private static string Text(Exception failure) => failure is DbException { InnerException: { } inner } ? $"{failure.Message} ({inner.Message})" : failure.Message;
}
