using System.Globalization;
using Meditron.Training.Runs;
using Meditron.Training.Settings;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Meditron.Cli.Chaos;

/// <summary>Takes a job's journal away for a while: a SQLite file is locked, PostgreSQL's connections are ended again and again.</summary>
internal static class DatabaseOutage
{
    private const string ConnectionString = "akka.persistence.journal.sql.connection-string";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes it away, waits, and gives it back.</summary>
    /// <returns>What was done.</returns>
    public static string Run(RunFolder folder, TimeSpan duration, CliContext context)
    {
        var config = ConfigFiles.Load(folder.Configuration);
        var connection = config.GetString(ConnectionString, "") is { Length: > 0 } given ? given : $"Data Source={Path.Combine(folder.Path, "journal.db")}";
        return config.GetString("akka.persistence.journal.sql.provider-name", "SQLite.MS").StartsWith("PostgreSQL", StringComparison.Ordinal)
            ? EndConnections(connection, duration, context)
            : Lock(connection, duration, context);
    }

    private static string Lock(string connection, TimeSpan duration, CliContext context)
    {
        using var database = new SqliteConnection(connection);
        database.Open();
        using var begin = database.CreateCommand();
        begin.CommandText = "PRAGMA busy_timeout = 10000; BEGIN EXCLUSIVE";
        begin.ExecuteNonQuery();
        context.Cancellation.WaitHandle.WaitOne(duration);
        begin.CommandText = "ROLLBACK";
        begin.ExecuteNonQuery();
        return string.Create(CultureInfo.InvariantCulture, $"{database.DataSource} was locked for {duration.TotalSeconds:0.#} s");
    }

    private static string EndConnections(string connection, TimeSpan duration, CliContext context)
    {
        using var database = new NpgsqlConnection(connection);
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        var begin = context.Time.GetTimestamp();
        long ended = 0;
        do
        {
            ended += (long)command.ExecuteScalar()!;
        }
        while (context.Time.GetElapsedTime(begin) < duration && !context.Cancellation.WaitHandle.WaitOne(Interval));
        return string.Create(CultureInfo.InvariantCulture, $"{ended} connections to {database.Database} were ended in {duration.TotalSeconds:0.#} s");
    }
}
