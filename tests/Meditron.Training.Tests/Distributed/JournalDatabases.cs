using Meditron.Testing;
using Microsoft.Data.Sqlite;

namespace Meditron.Training.Tests.Distributed;

/// <summary>With the SQLite file that a node uses whose configuration names no database.</summary>
public sealed class CoordinatorJournalOnSqlite : CoordinatorJournalTests
{
    protected override string[] Database => [];

    protected override IDisposable TakeAway()
    {
        var connection = new SqliteConnection($"Data Source={Path.Combine(Folder, "journal.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout = 30000; BEGIN EXCLUSIVE";
        command.ExecuteNonQuery();
        return connection;
    }
}

/// <summary>With a private PostgreSQL server.</summary>
public sealed class CoordinatorJournalOnPostgres(PostgresFixture postgres) : CoordinatorJournalTests, IClassFixture<PostgresFixture>
{
    protected override string[] Database =>
    [
        .. new[] { "journal", "snapshot-store" }.SelectMany(store => new[]
        {
            $"akka.persistence.{store}.sql.provider-name=\"PostgreSQL.15\"",
            $"akka.persistence.{store}.sql.connection-string=\"{postgres.Server.ConnectionString()}\"",
        }),
    ];

    protected override IDisposable TakeAway()
    {
        postgres.Server.Stop();
        return new Again(postgres.Server);
    }

    private sealed class Again(PostgresServer server) : IDisposable
    {
        public void Dispose() => server.Start();
    }
}

/// <summary>One server for the tests of a class.</summary>
public sealed class PostgresFixture : IDisposable
{
    public PostgresServer Server { get; } = new();

    public void Dispose() => Server.Dispose();
}
