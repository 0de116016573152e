using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Persistence.Sql.Database;
using Meditron.Actors.Persistence.Sql.Journal;
using Meditron.Actors.Persistence.Tests.Stores;
using Microsoft.Data.Sqlite;

namespace Meditron.Actors.Persistence.Tests.Sql;

public sealed class GroupCommitSpec : PersistenceSpec
{
    private static readonly TimeSpan _long = TimeSpan.FromMinutes(1);

    public GroupCommitSpec()
        : base(new SqliteStore(), "akka.persistence.journal.sql { buffer-size = 60, db-round-trip-max-batch-size = 30 }")
    {
    }

    [Fact]
    public async Task What_waits_while_a_transaction_is_committed_goes_into_the_next_one_together()
    {
        var inserter = new Inserter(blocks: true);
        var writer = Writer(inserter);
        var first = writer.Write(Write("first"), _long);
        inserter.Started.Wait(_long);
        var others = Enumerable.Range(0, 20).Select(i => writer.Write(Write($"other-{i}"), _long)).ToArray();
        inserter.Go.Set();

        await Task.WhenAll([first, .. others]).WaitAsync(_long);
        Assert.Equal([1, 20], inserter.Groups);
    }

    [Fact]
    public async Task A_transaction_takes_no_more_events_than_allowed_and_divides_no_request()
    {
        var inserter = new Inserter(blocks: true);
        var writer = Writer(inserter);
        var first = writer.Write(Write("first"), _long);
        inserter.Started.Wait(_long);
        var others = Enumerable.Range(0, 4).Select(i => writer.Write(Write($"other-{i}", 20), _long)).Append(writer.Write(Write("large", 100), _long)).ToArray();
        inserter.Go.Set();

        await Task.WhenAll([first, .. others]).WaitAsync(_long);
        Assert.Equal([1, 1, 1, 1, 1, 1], inserter.Groups);
    }

    [Fact]
    public async Task A_request_that_cannot_be_written_fails_alone()
    {
        var inserter = new Inserter(blocks: true) { Poison = "other-7" };
        var writer = Writer(inserter);
        var first = writer.Write(Write("first"), _long);
        inserter.Started.Wait(_long);
        var others = Enumerable.Range(0, 20).Select(i => writer.Write(Write($"other-{i}"), _long)).ToArray();
        inserter.Go.Set();

        await first.WaitAsync(_long);
        for (var i = 0; i < others.Length; i++)
        {
            var failure = await Record.ExceptionAsync(() => others[i].WaitAsync(_long));
            Assert.Equal(i == 7, failure is not null);
            Assert.Contains(i == 7 ? "Writing events of other-7 from sequence number 1 on on SQLite" : "", failure?.Message ?? "", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_group_is_tried_again_while_the_database_is_away()
    {
        var inserter = new Inserter(blocks: false) { BusyTimes = 3 };
        await Writer(inserter).Write(Write("patient"), _long).WaitAsync(_long);

        Assert.Equal([1, 1, 1, 1], inserter.Groups);
    }

    [Fact]
    public async Task A_request_whose_time_is_over_is_not_written_any_more()
    {
        var inserter = new Inserter(blocks: true);
        var writer = Writer(inserter);
        var first = writer.Write(Write("first"), _long);
        inserter.Started.Wait(_long);
        var late = writer.Write(Write("late"), TimeSpan.Zero);
        inserter.Go.Set();

        await first.WaitAsync(_long);
        Assert.Contains("waited too long", (await Assert.ThrowsAsync<SqlStoreException>(() => late.WaitAsync(_long))).Message, StringComparison.Ordinal);
        Assert.Equal([1], inserter.Groups);
    }

    [Fact]
    public async Task More_requests_than_may_wait_are_refused()
    {
        var inserter = new Inserter(blocks: true);
        var writer = Writer(inserter);
        var first = writer.Write(Write("first"), _long);
        inserter.Started.Wait(_long);
        var waiting = Enumerable.Range(0, 60).Select(i => writer.Write(Write($"other-{i}"), _long)).ToArray();

        Assert.Contains("buffer-size", (await Assert.ThrowsAsync<SqlStoreException>(() => writer.Write(Write("too many"), _long))).Message, StringComparison.Ordinal);
        inserter.Go.Set();
        await Task.WhenAll([first, .. waiting]).WaitAsync(_long);
    }

    private static JournalWrite Write(string persistenceId, int events = 1) =>
        new([.. Enumerable.Range(1, events).Select(i => new JournalRow(persistenceId, i, 1, [1], 1, "", "writer", false, []))]);

    private JournalWriter Writer(Inserter inserter)
    {
        var all = Sys.Settings.Config.WithFallback(Persistence.DefaultConfig());
        var config = all.GetConfig("akka.persistence.journal.sql").WithFallback(all.GetConfig("akka.persistence.journal-plugin-fallback"));
        var settings = new SqlJournalSettings(config, "akka.persistence.journal.sql");
        var connections = new SqlConnections(SqlDatabases.Get(Sys, settings.Sql), _ => { }, Sys.Log);
        var workers = new SqlWorkers(Sys, connections, "test", 1);
        Sys.RegisterOnTermination(() => workers.Close(connections.Dispose).Wait(SqlWorkers.ClosingTimeout));
        return new JournalWriter(Sys, connections, workers, settings, inserter);
    }

    /// <summary>Counts groups instead of writing them.</summary>
    private sealed class Inserter(bool blocks) : IJournalInserter
    {
        private bool _blocks = blocks;

        public ManualResetEventSlim Started { get; } = new();

        public ManualResetEventSlim Go { get; } = new();

        public List<int> Groups { get; } = [];

        public string? Poison { get; init; }

        public int BusyTimes { get; set; }

        public Exception?[] Write(SqlSession session, IReadOnlyList<JournalWrite> writes, TimeSpan timeout)
        {
            Groups.Add(writes.Count);
            if (_blocks)
            {
                _blocks = false;
                Started.Set();
                Go.Wait(_long);
            }

            if (BusyTimes-- > 0)
            {
                throw new SqliteException("database is locked", 5);
            }

            return writes.Any(write => write.Rows[0].PersistenceId == Poison) ? throw new SqliteException("string or blob too big", 18) : new Exception?[writes.Count];
        }
    }
}
