using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Persistence.Sql.Database;

namespace Meditron.Actors.Persistence.Leases;

/// <summary>
/// Keeps the rows of leases in a database. The clock is PostgreSQL's own there; on SQLite, whose file the processes of one machine share,
/// it is that machine's.
/// </summary>
internal sealed class SqlLeaseRows : ILeaseRows
{
    private readonly string _table;
    private readonly SqlConnections _connections;
    private readonly SqlWorkers _workers;
    private readonly TimeProvider _time;
    private readonly bool _isPostgres;

    public SqlLeaseRows(ActorSystem system, SqlLeaseSettings settings, ILoggingAdapter log)
    {
        _table = settings.Table;
        _time = ((ActorSystemImpl)system).Runtime.Time;
        var database = SqlDatabases.Get(system, settings.Sql);
        _isPostgres = database is PostgresDatabase;
        _connections = new SqlConnections(database, session => Prepare(database, session, settings), log);
        _workers = new SqlWorkers(system, _connections, "lease", 1);
    }

    public Task<LeaseRow> TryAcquireAsync(string name, string owner, TimeSpan lifetime, TimeSpan timeout) => Run($"Taking the lease {name}", timeout, session =>
    {
        if (_isPostgres)
        {
            // There is a row to lock now, whoever was first.
            session.Command($"INSERT INTO {_table} (name, owner, version, \"timestamp\") VALUES (@name, '', 0, 0) ON CONFLICT (name) DO NOTHING", ("@name", name)).ExecuteNonQuery();
        }

        var row = Read(session, name);
        if (LeaseDecision.Acquire(row, owner, Now(session), lifetime) is not { } mine)
        {
            return row!;
        }

        var changed = row is null
            ? session.Command(
                $"INSERT INTO {_table} (name, owner, version, \"timestamp\") VALUES (@name, @owner, @version, @time)",
                ("@name", name), ("@owner", owner), ("@version", mine.Version), ("@time", mine.Timestamp)).ExecuteNonQuery()
            : session.Command(
                $"UPDATE {_table} SET owner = @owner, version = @version, \"timestamp\" = @time WHERE name = @name AND version = @before",
                ("@owner", owner), ("@version", mine.Version), ("@time", mine.Timestamp), ("@name", name), ("@before", row.Version)).ExecuteNonQuery();
        return changed == 1 ? mine : Read(session, name) ?? mine with { Owner = string.Empty };
    });

    public Task<bool> RenewAsync(string name, string owner, TimeSpan timeout) => Run(
        $"Renewing the lease {name}",
        timeout,
        session => session.Command(
            $"UPDATE {_table} SET version = version + 1, \"timestamp\" = @time WHERE name = @name AND owner = @owner",
            ("@time", Now(session)), ("@name", name), ("@owner", owner)).ExecuteNonQuery() == 1);

    public Task ReleaseAsync(string name, string owner, TimeSpan timeout) => Run(
        $"Releasing the lease {name}",
        timeout,
        session => session.Command(
            $"UPDATE {_table} SET owner = '', version = version + 1, \"timestamp\" = @time WHERE name = @name AND owner = @owner",
            ("@time", Now(session)), ("@name", name), ("@owner", owner)).ExecuteNonQuery());

    public void Dispose() => _workers.Close(_connections.Dispose).Wait(SqlWorkers.ClosingTimeout);

    private static void Prepare(SqlDatabase database, SqlSession session, SqlLeaseSettings settings) => new SqlSchema(database, session, settings.Sql).Require(
        settings.Schema,
        settings.TableName,
        [
            $"CREATE TABLE IF NOT EXISTS {settings.Table} (name VARCHAR(255) NOT NULL PRIMARY KEY, owner VARCHAR(255) NOT NULL, version BIGINT NOT NULL, \"timestamp\" BIGINT NOT NULL)",
        ],
        ["name", "owner", "version", "timestamp"]);

    private Task<T> Run<T>(string attempt, TimeSpan timeout, Func<SqlSession, T> body) =>
        _workers.Run(attempt, timeout, (session, left) => _connections.Database.InTransaction(session, left, () => body(session)));

    private LeaseRow? Read(SqlSession session, string name)
    {
        using var reader = session.Command($"SELECT owner, version, \"timestamp\" FROM {_table} WHERE name = @name{(_isPostgres ? " FOR UPDATE" : string.Empty)}", ("@name", name)).ExecuteReader();
        return reader.Read() ? new LeaseRow(reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2)) : null;
    }

    private long Now(SqlSession session) => _isPostgres
        ? Convert.ToInt64(session.Command("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)").ExecuteScalar())
        : _time.GetUtcNow().ToUnixTimeMilliseconds();
}
