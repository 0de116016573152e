using System.Net.Sockets;
using Meditron.Actors.Configuration;
using Npgsql;

namespace Meditron.Actors.Persistence.Sql.Database;

/// <summary>A PostgreSQL database.</summary>
internal sealed class PostgresDatabase : SqlDatabase
{
    private readonly string _connectionString;

    public PostgresDatabase(SqlSettings settings)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = new NpgsqlConnectionStringBuilder(settings.ConnectionString);
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException($"{settings.Path}.connection-string is no connection string of PostgreSQL: {e.Message} Write it as \"Host=...;Database=...;Username=...\".", e);
        }

        // Sessions are kept here, and belong to no transaction of anybody else.
        builder.Pooling = false;
        builder.Enlist = false;
        if (!builder.ContainsKey("Timeout"))
        {
            builder.Timeout = 3;
        }

        if (!builder.ContainsKey("Max Auto Prepare"))
        {
            builder.MaxAutoPrepare = 32;
        }

        _connectionString = builder.ToString();
        Description = $"PostgreSQL {builder.Host}:{builder.Port}/{builder.Database ?? builder.Username}";
    }

    public override string Description { get; }

    public override SqlSession Open(TimeSpan timeout)
    {
        var session = new SqlSession(new NpgsqlConnection(_connectionString));
        try
        {
            Limit(session, timeout);
            session.Connection.Open();
            return session;
        }
        catch (Exception)
        {
            session.Dispose();
            throw;
        }
    }

    public override void Limit(SqlSession session, TimeSpan timeout) => session.CommandTimeout = Math.Max(1, (int)Math.Ceiling(timeout.TotalSeconds));

    public override bool IsTransient(Exception failure) => failure switch
    {
        // Connections (08), resources (53), shutdown and start (57P), deadlocks and conflicts (40), locks (55P03).
        PostgresException e => e.SqlState is ['0', '8', ..] or ['5', '3', ..] or ['5', '7', 'P', ..] or ['4', '0', ..] or "55P03",
        NpgsqlException e => e.IsTransient || e.InnerException is SocketException or IOException or TimeoutException,
        SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    public override bool IsUniqueViolation(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public override bool IsMissingTable(Exception failure) => failure is PostgresException { SqlState: PostgresErrorCodes.UndefinedTable };

    public override bool HasUniqueKey(SqlSession session, string? schema, string table, IReadOnlyList<string> columns)
    {
        var qualified = schema is null ? $"\"{table}\"" : $"\"{schema}\".\"{table}\"";
        var keys = session.Strings(
            $"""
            SELECT string_agg(a.attname, ',' ORDER BY a.attname COLLATE "C") FROM pg_index i
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
            WHERE i.indrelid = '{qualified}'::regclass AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
            GROUP BY i.indexrelid
            """);
        return keys.Contains(string.Join(',', columns.Order(StringComparer.Ordinal)), StringComparer.Ordinal);
    }

    protected override string Advice(Exception failure) => failure switch
    {
        PostgresException { SqlState: ['2', '8', ..] } => " See user name and password in the connection string, and the server's pg_hba.conf.",
        PostgresException { SqlState: "3D000" } => " Create the database, or name another one in the connection string.",
        PostgresException { SqlState: "42501" } => " Grant the user the right to use, and for auto-initialize to create, the tables.",
        NpgsqlException and not PostgresException => " See that the server runs, and that the connection string names its host and port.",
        _ => string.Empty,
    };
}
