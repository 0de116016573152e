using Meditron.Testing;

namespace Meditron.Actors.Persistence.Tests.Stores;

/// <summary>In a database.</summary>
public abstract class SqlStore : Store
{
    public abstract string Provider { get; }

    public abstract string ConnectionString { get; }

    public override string Config =>
        $$"""
        akka.persistence.journal.plugin = "akka.persistence.journal.sql"
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.sql"
        akka.persistence.journal.sql { provider-name = "{{Provider}}", connection-string = "{{ConnectionString}}" }
        akka.persistence.snapshot-store.sql { provider-name = "{{Provider}}", connection-string = "{{ConnectionString}}" }
        akka.coordination.lease.sql { provider-name = "{{Provider}}", connection-string = "{{ConnectionString}}" }
        """;
}

/// <summary>In a SQLite file of the test's own.</summary>
public sealed class SqliteStore : SqlStore
{
    private readonly TemporaryFolder _folder = new();

    public string File => _folder.File("journal.db");

    public override string Provider => "SQLite.MS";

    public override string ConnectionString => $"Data Source={File}";

    public override void Dispose()
    {
        _folder.Dispose();
        base.Dispose();
    }
}

/// <summary>In a database of a private PostgreSQL server that the tests of one run share.</summary>
public sealed class PostgresStore(PostgresServer server) : SqlStore
{
    public override string Provider => "PostgreSQL.15";

    public override string ConnectionString => server.ConnectionString();
}

/// <summary>Starts one server for all tests that need one.</summary>
public sealed class PostgresFixture : IDisposable
{
    public PostgresServer Server { get; } = new();

    public void Dispose() => Server.Dispose();
}

[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresFixture>
{
    public const string Name = "PostgreSQL";
}
