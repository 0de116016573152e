using System.Data;
using System.Globalization;
using Meditron.Actors.Configuration;
using Microsoft.Data.Sqlite;

namespace Meditron.Actors.Persistence.Sql.Database;

/// <summary>A SQLite file in WAL mode whose commits are on the disk when they return (synchronous = FULL).</summary>
internal sealed class SqliteDatabase : SqlDatabase
{
    private const int Busy = 5;
    private const int Locked = 6;
    private const int ReadOnly = 8;
    private const int IoError = 10;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int Protocol = 15;
    private const int ConstraintUnique = 2067;
    private const int ConstraintPrimaryKey = 1555;
    private const int NotADatabase = 26;

    /// <summary>How long SQLite itself waits for a lock of another process; what goes beyond is tried again from outside.</summary>
    private static readonly TimeSpan _lockWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Lets one writer of this process at a time in: SQLite has those that wait sleep, and lets anyone overtake.</summary>
    private readonly Lock _writers = new();
    private readonly string _connectionString;
    private readonly SqlSettings _settings;
    private readonly string _file;
    private readonly Lock _checking = new();
    private bool _isChecked;
    private int _epoch;

    public SqliteDatabase(SqlSettings settings)
    {
        _settings = settings;
        SqliteConnectionStringBuilder builder;
        try
        {
            builder = new SqliteConnectionStringBuilder(settings.ConnectionString);
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException($"{settings.Path}.connection-string is no connection string of SQLite: {e.Message} Write it as \"Data Source=FILE\".", e);
        }

        if (builder.DataSource.Length == 0 || builder.DataSource == ":memory:" || builder.Mode == SqliteOpenMode.Memory)
        {
            throw new ConfigurationException(
                $"{settings.Path}.connection-string names no file; allowed is \"Data Source=FILE\". To keep events in memory, use akka.persistence.journal.inmem and akka.persistence.snapshot-store.inmem.");
        }

        // Sessions are kept here; a pool beside them would hold files open after the end.
        builder.Pooling = false;

        // SQLite waits first; the driver then gives up at its own timeout, which is longer than 0.
        builder.DefaultTimeout = 1;
        _connectionString = builder.ToString();
        _file = builder.DataSource;
        Description = $"SQLite {builder.DataSource}";
    }

    public override string Description { get; }

    public override int Epoch => Volatile.Read(ref _epoch);

    public override SqlSession Open(TimeSpan timeout)
    {
        CheckOnce();
        var session = new SqlSession(new SqliteConnection(_connectionString)) { Epoch = Epoch };
        try
        {
            session.Connection.Open();
            session.CommandTimeout = 1;
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {_lockWait.TotalMilliseconds:0}"));
            if (session.Strings("PRAGMA journal_mode = WAL") is not ["wal"])
            {
                throw new SqlStoreException($"{Description} cannot use a write-ahead log, which its durable commits need: put it on a local disk, and open it for writing.");
            }

            session.Execute("PRAGMA synchronous = FULL");
            session.Execute("PRAGMA wal_autocheckpoint = 4000");
            session.Execute("PRAGMA cache_size = -16000");
            return session;
        }
        catch (Exception)
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Looks the file over at its first use by this process.</summary>
    /// <exception cref="SqlStoreException">It is damaged, and not to be set aside.</exception>
    private void CheckOnce()
    {
        lock (_checking)
        {
            if (_isChecked)
            {
                return;
            }

            if (SqliteFileCheck.Problem(_file, _connectionString, foreignToo: _settings.GoesOnIfDamaged) is { } problem)
            {
                if (!_settings.GoesOnIfDamaged)
                {
                    throw new SqlStoreException(
                        $"{Description} is damaged: {problem}. Restore it from a copy, or have what can be read of it put into a new file: sqlite3 {_file} .recover | sqlite3 NEW. "
                        + $"With {_settings.Path}.on-damage = go-on it is set aside, and a new one is begun.");
                }

                SetAside(problem);
            }

            _isChecked = true;
        }
    }

    /// <summary>A name of a table or a column that is not as it was made passes every check of SQLite.</summary>
    public override bool TryBeginAnew(int epoch, string problem)
    {
        if (!_settings.GoesOnIfDamaged)
        {
            return false;
        }

        lock (_checking)
        {
            // Another session may have found the same.
            if (epoch == _epoch)
            {
                SetAside(problem);
                Volatile.Write(ref _epoch, epoch + 1);
            }

            return true;
        }
    }

    private void SetAside(string problem)
    {
        try
        {
            Tell($"{Description} was damaged and is set aside as {SqliteFileCheck.SetAside(_file)}; a new file is begun ({_settings.Path}.on-damage = go-on): {problem}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SqlStoreException($"{Description} is damaged ({problem}) and cannot be set aside: {failure.Message}", failure);
        }
    }

    public override bool IsTransient(Exception failure) => failure is SqliteException { SqliteErrorCode: Busy or Locked or Protocol };

    public override bool IsUniqueViolation(Exception failure) => failure is SqliteException { SqliteExtendedErrorCode: ConstraintUnique or ConstraintPrimaryKey };

    public override bool IsMissingTable(Exception failure) => failure is SqliteException e && e.Message.Contains("no such table", StringComparison.Ordinal);

    public override bool HasUniqueKey(SqlSession session, string? schema, string table, IReadOnlyList<string> columns)
    {
        var indices = session.Strings($"SELECT name FROM pragma_index_list('{table}') WHERE \"unique\" = 1 AND partial = 0");
        return indices.Any(index => session.Strings($"SELECT name FROM pragma_index_info('{index}') ORDER BY seqno").ToHashSet(StringComparer.Ordinal).SetEquals(columns));
    }

    public override T InTransaction<T>(SqlSession session, TimeSpan timeout, Func<T> action)
    {
        if (!_writers.TryEnter(timeout))
        {
            throw new SqlStoreException($"{Description} was busy with other work of this process for {timeout.TotalSeconds:0.#} s.");
        }

        try
        {
            // Immediate: the lock is taken now, so that nothing that is read in between is out of date when it is written.
            using var transaction = ((SqliteConnection)session.Connection).BeginTransaction(IsolationLevel.Serializable, deferred: false);
            session.Transaction = transaction;
            var result = action();
            transaction.Commit();
            return result;
        }
        finally
        {
            session.Transaction = null;
            _writers.Exit();
        }
    }

    protected override string Advice(Exception failure) => (failure as SqliteException)?.SqliteErrorCode switch
    {
        Busy or Locked => " Another process holds the file's lock: see which one has it open, and that none holds a transaction open for long.",
        ReadOnly => " The file, its folder or the connection string is read-only: make it writable, or name another file.",
        CannotOpen => " See that the folder exists and may be written to.",
        Full or IoError => " See that the disk has space and no errors.",
        NotADatabase => " The file is no SQLite database, or it is encrypted: name another file.",
        _ => string.Empty,
    };
}
