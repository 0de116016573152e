using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Tests.Compliance;
using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests.Sql;

/// <summary>What holds between processes, whatever the database.</summary>
public abstract class ProcessCompliance(SqlStore store) : PersistenceSpec(store)
{
    private SqlStore Sql => (SqlStore)Store;

    [Fact]
    public async Task Kill_9_while_persisting_loses_no_acknowledged_event()
    {
        long last = 0;
        for (var round = 1; round <= 3; round++)
        {
            await using var writer = new WriterProcess(Sql, Pid, 0);
            Assert.True(Number(await writer.Lines.WaitFor(line => line.StartsWith("recovered ", StringComparison.Ordinal), "its recovery", WriterProcess.Deadline)) >= last);
            await writer.Lines.WaitFor(line => line.StartsWith("persisted ", StringComparison.Ordinal) && Number(line) > last + 40, "forty events", WriterProcess.Deadline);
            writer.Kill();
            await writer.Exited();
            last = writer.Lines.Entries.Where(line => line.StartsWith("persisted ", StringComparison.Ordinal)).Max(Number);
        }

        var recovered = Recover();
        Assert.True(recovered.Count >= last, $"{last} events were acknowledged, {recovered.Count} are there");
        Assert.Equal(Enumerable.Range(1, recovered.Count).Select(i => (long)i), recovered);
    }

    [Fact]
    public async Task Two_processes_write_into_one_database_at_the_same_time()
    {
        await using var one = new WriterProcess(Sql, Pid + "-1", 300);
        await using var two = new WriterProcess(Sql, Pid + "-2", 300);

        var codes = await Task.WhenAll(one.Exited(), two.Exited());
        Assert.Equal([0, 0], codes);
        Assert.True(Recover("-1").Count >= 300);
        Assert.True(Recover("-2").Count >= 300);
    }

    [Fact]
    public async Task Of_two_processes_with_one_persistence_id_the_stale_one_is_refused_and_stops()
    {
        var account = Sys.ActorOf(Account.Props(Pid, TestActor));
        ExpectMsg("recovered [] at 0");
        await using (var writer = new WriterProcess(Sql, Pid, 10))
        {
            Assert.Equal(0, await writer.Exited());
        }

        Watch(account);
        account.Tell("all x y");
        Assert.Contains("holds sequence number 1", ExpectMsg<string>(), StringComparison.Ordinal);
        ExpectTerminated(account);
        Assert.DoesNotContain(Recover(), number => number == 0);
    }

    private static long Number(string line) => long.Parse(line.Split(' ')[1]);

    private List<long> Recover(string suffix = "")
    {
        Persistence.Instance.Apply(Sys).JournalFor(null).Tell(new ReplayMessages(1, long.MaxValue, long.MaxValue, Pid + suffix, TestActor));
        var numbers = new List<long>();
        while (ExpectMsg<object>() is ReplayedMessage replayed)
        {
            numbers.Add((long)replayed.Persistent.Payload);
        }

        return numbers;
    }
}

public sealed class ProcessesOnSqlite() : ProcessCompliance(new SqliteStore());

[Collection(PostgresCollection.Name)]
public sealed class ProcessesOnPostgres(PostgresFixture postgres) : ProcessCompliance(new PostgresStore(postgres.Server));
