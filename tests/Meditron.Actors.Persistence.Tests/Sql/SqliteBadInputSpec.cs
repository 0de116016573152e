using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Persistence.Sql.Database;
using Meditron.Actors.Persistence.Sql.Journal;
using Meditron.Actors.Persistence.Tests.Compliance;
using Meditron.Actors.Persistence.Tests.Stores;
using Microsoft.Data.Sqlite;

namespace Meditron.Actors.Persistence.Tests.Sql;

public sealed class SqliteBadInputSpec() : PersistenceSpec(new SqliteStore(), Short)
{
    // So that what fails after all tries does so soon.
    private const string Short = """
        akka.persistence.journal.sql.circuit-breaker.call-timeout = 12s
        akka.persistence.snapshot-store.plugin = "akka.persistence.snapshot-store.inmem"
        """;

    private string File => ((SqliteStore)Store).File;

    [Fact]
    public void A_locked_database_is_waited_for()
    {
        var account = Start();
        using (var other = Open())
        {
            Run(other, "BEGIN IMMEDIATE");
            EventFilter.Warning(contains: "locked").ExpectOne(() => account.Tell("persist a"));
            Run(other, "COMMIT");
        }

        ExpectMsg("done a");
    }

    [Fact]
    public void A_database_that_stays_locked_fails_what_is_persisted_and_the_log_says_why()
    {
        var account = Start();
        Watch(account);
        using var other = Open();
        Run(other, "BEGIN IMMEDIATE");
        EventFilter.Error(contains: $"SQLite {File} failed for").ExpectOne(() =>
        {
            account.Tell("persist a");
            Assert.Contains("Another process holds the file's lock", ExpectMsg<string>(), StringComparison.Ordinal);
            ExpectTerminated(account);
        });

        Run(other, "ROLLBACK");
        Start("[] at 0").Tell("persist a");
        ExpectMsg("done a");
    }

    [Fact]
    public void A_read_only_database_is_refused_with_what_to_do()
    {
        StopAndWait(Start());
        var readOnly = ActorSystem.Create("readonly", ConfigurationFactory.ParseString(
            $"akka.persistence.journal.sql.connection-string = \"Data Source={File};Mode=ReadOnly\"").WithFallback(Configure(Store, Short)));
        try
        {
            readOnly.ActorOf(Account.Props(Pid, TestActor));
            var message = FishForMessage<string>(text => text.StartsWith("recovery failure", StringComparison.Ordinal) || text.StartsWith("recovered", StringComparison.Ordinal));
            if (message.StartsWith("recovered", StringComparison.Ordinal))
            {
                // Reading may go well; then writing is what is refused.
                readOnly.ActorOf(Account.Props(Pid + "w", TestActor)).Tell("persist a");
                message = FishForMessage<string>(text => text.StartsWith("failure", StringComparison.Ordinal));
            }

            Assert.Contains("make it writable", message, StringComparison.Ordinal);
        }
        finally
        {
            Shutdown(readOnly);
        }
    }

    [Theory]
    [InlineData("UPDATE journal SET identifier = 4711, checksum = NULL WHERE sequence_number = 2", "no serializer has identifier 4711")]
    [InlineData("UPDATE journal SET manifest = 'nonsense', checksum = NULL WHERE sequence_number = 2", "manifest [nonsense]")]
    [InlineData("UPDATE journal SET identifier = NULL, checksum = NULL WHERE sequence_number = 2", "does not say which serializer")]
    [InlineData("UPDATE journal SET message = x'ff', checksum = NULL WHERE sequence_number = 2", "cannot be read")]
    [InlineData("UPDATE journal SET message = x'0a0163' WHERE sequence_number = 2", "does not have its checksum")]
    [InlineData("UPDATE journal SET deleted = 1 WHERE sequence_number = 2", "does not have its checksum")]
    [InlineData("UPDATE journal SET writer_uuid = 'x' WHERE sequence_number = 2", "does not have its checksum")]
    [InlineData("UPDATE journal SET created = created + 1 WHERE sequence_number = 2", "does not have its checksum")]
    [InlineData("UPDATE journal SET message = 'text' WHERE sequence_number = 2", "value of another type")]
    public void A_row_that_does_not_decode_is_named_and_only_its_actor_fails(string damage, string reason)
    {
        var account = Start();
        account.Tell("persist a b c");
        ExpectMsg("done a");
        ExpectMsg("done b");
        ExpectMsg("done c");
        StopAndWait(account);
        using (var other = Open())
        {
            Run(other, $"{damage} AND persistence_id = '{Pid}'");
        }

        EventFilter.Error(contains: $"Event 2 of {Pid}").ExpectOne(() =>
        {
            var failing = Sys.ActorOf(Account.Props(Pid, TestActor));
            Watch(failing);
            Assert.Contains(reason, ExpectMsg<string>(text => text.StartsWith("recovery failure", StringComparison.Ordinal)), StringComparison.Ordinal);
            ExpectTerminated(failing);
        });
        Sys.ActorOf(Account.Props(Pid + "other", TestActor)).Tell("persist a");
        FishForMessage<string>(text => text == "done a");
    }

    [Theory]
    [InlineData("CREATE TABLE journal (id INTEGER, event TEXT)", "it lacks ordering, deleted, persistence_id")]
    [InlineData("CREATE VIEW journal AS SELECT 1 AS ordering", "it lacks deleted")]
    public void Tables_of_another_layout_are_refused(string schema, string reason)
    {
        using (var other = Open())
        {
            Run(other, schema);
        }

        Assert.Contains(reason, FailedRecovery(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_with_the_same_number_are_refused_where_the_unique_key_is_missing()
    {
        using (var other = Open())
        {
            Run(other, "CREATE TABLE journal (ordering INTEGER PRIMARY KEY, deleted BIT, persistence_id TEXT, sequence_number BIGINT, created BIGINT, message BLOB, identifier INTEGER, manifest TEXT, writer_uuid TEXT)");
            Run(other, "INSERT INTO journal VALUES (1, 0, 'p', 1, 0, x'00', 1, '', 'a'), (2, 0, 'p', 1, 0, x'00', 1, '', 'b')");
        }

        Assert.Contains("several rows with the same persistence_id and sequence_number", FailedRecovery(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_unique_key_is_made_where_it_is_missing()
    {
        using (var other = Open())
        {
            Run(other, "CREATE TABLE journal (ordering INTEGER PRIMARY KEY, deleted BIT, persistence_id TEXT, sequence_number BIGINT, created BIGINT, message BLOB, identifier INTEGER, manifest TEXT, writer_uuid TEXT)");
        }

        Start().Tell("persist a");
        ExpectMsg("done a");
        using var again = Open();

        // Akka.Persistence.Sql's table has got the column that it does not have there.
        Run(again, "SELECT checksum FROM journal");
        Assert.Throws<SqliteException>(() => Run(again, "INSERT INTO journal (deleted, persistence_id, sequence_number, created, message) SELECT deleted, persistence_id, sequence_number, created, message FROM journal"));
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused()
    {
        System.IO.File.WriteAllText(File, new string('x', 5000));

        Assert.Contains("is no SQLite database", FailedRecovery(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("connection-string = \"\"", "connection-string is empty")]
    [InlineData("provider-name = \"Oracle\"", "provider-name is \"Oracle\"")]
    [InlineData("connection-string = \"Data Source=:memory:\"", "names no file")]
    [InlineData("connection-string = \"Nonsense=1\"", "is no connection string of SQLite")]
    [InlineData("replay-batch-size = 0", "replay-batch-size is 0")]
    [InlineData("tag-write-mode = Sometimes", "tag-write-mode is \"sometimes\"")]
    [InlineData("default.journal.table-name = \"x; DROP TABLE y\"", "table-name is")]
    public void Wrong_settings_are_refused_by_their_key(string setting, string reason)
    {
        var all = ConfigurationFactory.ParseString($"akka.persistence.journal.sql {{ {setting} }}").WithFallback(Sys.Settings.Config).WithFallback(Persistence.DefaultConfig());
        var config = all.GetConfig("akka.persistence.journal.sql").WithFallback(all.GetConfig("akka.persistence.journal-plugin-fallback"));

        var refused = Assert.Throws<ConfigurationException>(() => SqlDatabase.Create(new SqlJournalSettings(config, "akka.persistence.journal.sql").Sql));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    private IActorRef Start(string recovered = "[] at 0")
    {
        var account = Sys.ActorOf(Account.Props(Pid, TestActor));
        ExpectMsg($"recovered {recovered}");
        return account;
    }

    private string FailedRecovery()
    {
        var account = Sys.ActorOf(Account.Props(Pid, TestActor));
        Watch(account);
        var message = ExpectMsg<string>(text => text.StartsWith("recovery failure", StringComparison.Ordinal));
        ExpectTerminated(account);
        return message;
    }

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
