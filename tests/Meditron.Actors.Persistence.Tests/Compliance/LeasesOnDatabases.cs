using System.Data.Common;
using Meditron.Actors.Persistence.Tests.Stores;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Meditron.Actors.Persistence.Tests.Compliance;

public sealed class LeasesOnSqlite() : LeaseCompliance(new SqliteStore())
{
    protected override void Run(string sql) => Databases.Run(Open(), sql).Dispose();

    protected override IDisposable Lock() => Databases.Run(Open(), "BEGIN IMMEDIATE");

    private SqliteConnection Open() => new($"{((SqliteStore)Store).ConnectionString};Pooling=False");
}

[Collection(PostgresCollection.Name)]
public sealed class LeasesOnPostgres(PostgresFixture postgres) : LeaseCompliance(new PostgresStore(postgres.Server))
{
    protected override void Run(string sql) => Databases.Run(Open(), sql).Dispose();

    protected override IDisposable Lock() => Databases.Run(Open(), "BEGIN; LOCK TABLE lease IN ACCESS EXCLUSIVE MODE");

    private NpgsqlConnection Open() => new($"{((PostgresStore)Store).ConnectionString};Pooling=False");
}

internal static class Databases
{
    /// <summary>Opens a connection and runs a statement on it; what that began ends with the connection.</summary>
    public static DbConnection Run(DbConnection connection, string sql)
    {
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
        return connection;
    }
}
