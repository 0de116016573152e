using Meditron.Testing;

namespace Meditron.Training.Tests.Distributed;

/// <summary>With the SQLite file that a node uses whose configuration names no database.</summary>
public sealed class CoordinatorJournalOnSqlite : CoordinatorJournalTests
{
    protected override string[] Database => [];
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
}

/// <summary>One server for the tests of a class.</summary>
public sealed class PostgresFixture : IDisposable
{
    public PostgresServer Server { get; } = new();

    public void Dispose() => Server.Dispose();
}
