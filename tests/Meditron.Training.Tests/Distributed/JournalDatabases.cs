using Meditron.Testing;
using Meditron.Training.Distributed.Protocol;
using Microsoft.Data.Sqlite;

namespace Meditron.Training.Tests.Distributed;

/// <summary>With the SQLite file that a node uses whose configuration names no database.</summary>
public sealed class CoordinatorJournalOnSqlite : CoordinatorJournalTests
{
    protected override string[] Database => [];

    [Fact]
    public void A_journal_that_is_deleted_while_the_job_runs_is_begun_anew_and_what_its_workers_hold_counts()
    {
        using (var first = Start())
        {
            var workers = Train(first, generation: 1);
            foreach (var file in Directory.GetFiles(Folder, "journal.db*"))
            {
                File.Delete(file);
            }

            workers[0].Tell(new ScriptedWorker.Say(new StepCompleted { Generation = 1, Rank = 0, Step = 3 }));
            workers[1].Tell(new ScriptedWorker.Say(new StepCompleted { Generation = 1, Rank = 1, Step = 3 }));
            first.Log.Await("step 3");
            Write(first, step: 2);
            first.Log.Await("checkpoint");
        }

        using var second = Start();
        second.Join("a", Holds(0, step: 3));
        second.Join("b", Holds(1, step: 3));
        second.Log.Await("journal-behind");
        second.Log.Await("memory-lost");
        second.Log.Await("begin 2");
        var status = second.Status();
        Assert.Equal((2L, 2), (status.Generation, status.Step));
    }

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
