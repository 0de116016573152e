using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Persistence.Tests.Stores;
using Meditron.Actors.TestKit;

namespace Meditron.Actors.Persistence.Tests.Compliance;

/// <summary>How persistent actors behave, whatever the store.</summary>
public abstract class PersistentActorCompliance(Store store) : PersistenceSpec(store)
{
    private TestProbe? _probe;

    protected TestProbe Probe => _probe ??= CreateTestProbe();

    [Fact]
    public void Events_are_persisted_and_recovered_in_order()
    {
        var account = Start("[] at 0");
        account.Tell("persist a b c");
        Expect("done a", "done b", "done c");
        account.Tell("state");
        Expect("state: [a,b,c] at 3");

        StopAndWait(account);

        Start("[a,b,c] at 3").Tell("persist d");
        Expect("done d");
    }

    [Fact]
    public void No_command_comes_before_the_handlers_of_the_one_before_it()
    {
        var account = Start("[] at 0");
        foreach (var command in new[] { "persist a b", "1", "persist c", "2", "3" })
        {
            account.Tell(command);
        }

        Expect("done a", "done b", "1: [a,b] at 2", "done c", "2: [a,b,c] at 3", "3: [a,b,c] at 3");
    }

    [Fact]
    public void The_same_command_many_times_is_not_lost_while_persisting()
    {
        var account = Start("[] at 0");
        account.Tell("persist a");
        for (var i = 0; i < 20; i++)
        {
            account.Tell("tick");
        }

        Expect("done a");
        for (var i = 0; i < 20; i++)
        {
            Expect("tick: [a] at 1");
        }
    }

    [Fact]
    public void Commands_that_come_during_recovery_wait()
    {
        var account = Sys.ActorOf(Account.Props(Pid, Probe));
        account.Tell("1", TestActor);
        account.Tell("persist a", TestActor);
        account.Tell("2", TestActor);

        Expect("1: [] at 0", "done a", "2: [a] at 1");
    }

    [Fact]
    public void Events_of_one_call_are_written_together()
    {
        var account = Start("[] at 0");
        account.Tell("all a b c");
        Expect("done a", "done b", "done c");
        account.Tell("all-async d e");
        Expect("done d", "done e");
        account.Tell("all");
        account.Tell("state");
        Expect("state: [a,b,c,d,e] at 5");
    }

    [Fact]
    public void Asynchronous_events_let_commands_go_on_and_keep_their_order()
    {
        var account = Start("[] at 0");
        for (var i = 0; i < 50; i++)
        {
            account.Tell($"async {i}");
        }

        var messages = Enumerable.Range(0, 100).Select(_ => ExpectMsg<string>()).ToList();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"sent {i}"), messages.Where(each => each.StartsWith("sent", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"done {i}"), messages.Where(each => each.StartsWith("done", StringComparison.Ordinal)));
    }

    [Fact]
    public void Deferred_handlers_run_after_the_events_before_them_and_at_once_where_there_are_none()
    {
        var account = Start("[] at 0");
        account.Tell("defer x");
        Expect("deferred x");
        account.Tell("async a");
        account.Tell("defer y");
        account.Tell("async b");
        account.Tell("defer z");

        var messages = Enumerable.Range(0, 6).Select(_ => ExpectMsg<string>()).Where(each => !each.StartsWith("sent", StringComparison.Ordinal));
        Assert.Equal(["done a", "deferred y", "done b", "deferred z"], messages);
        StopAndWait(account);
        Start("[a,b] at 2");
    }

    [Fact]
    public void A_handler_may_persist_again()
    {
        var account = Start("[] at 0");
        account.Tell("nested a b");
        account.Tell("state");

        Expect("done a", "done b", "state: [a,b] at 2");
    }

    [Fact]
    public void A_snapshot_is_where_recovery_starts()
    {
        var account = Start("[] at 0");
        account.Tell("persist a b");
        Expect("done a", "done b");
        account.Tell("snapshot");
        Probe.ExpectMsg("saved 2");
        account.Tell("persist c");
        Expect("done c");
        StopAndWait(account);

        Sys.ActorOf(Account.Props(Pid, Probe));
        Probe.ExpectMsg("offer 2");
        Probe.ExpectMsg("recovered [a,b,c] at 3");
    }

    [Fact]
    public void Events_before_a_snapshot_can_be_deleted()
    {
        var account = Start("[] at 0");
        account.Tell("persist a b");
        Expect("done a", "done b");
        account.Tell("snapshot");
        Probe.ExpectMsg("saved 2");
        account.Tell("delete 2");
        Probe.ExpectMsg("deleted 2");
        account.Tell("delete 9");
        Assert.Equal(9, Probe.ExpectMsg<DeleteMessagesFailure>().ToSequenceNr);
        StopAndWait(account);

        account = Sys.ActorOf(Account.Props(Pid, Probe));
        Probe.ExpectMsg("offer 2");
        Probe.ExpectMsg("recovered [a,b] at 2");
        account.Tell("delete-snapshot 2");
        Probe.ExpectMsg("deleted snapshot 2");
        account.Tell("delete-snapshots");
        Probe.ExpectMsg("deleted snapshots");
        StopAndWait(account);

        // The numbers go on even where neither events nor snapshots are left.
        account = Start("[] at 2");
        account.Tell("persist c");
        Expect("done c");
        StopAndWait(account);
        Start("[c] at 3");
    }

    [Fact]
    public void Recovery_can_be_limited()
    {
        var account = Start("[] at 0");
        account.Tell("persist a b c d");
        Expect("done a", "done b", "done c", "done d");
        account.Tell("snapshot");
        Probe.ExpectMsg("saved 4");
        StopAndWait(account);

        Recovered("[a,b] at 4", new Recovery(SnapshotSelectionCriteria.Latest, 2));
        Recovered("[a,b,c] at 4", new Recovery(SnapshotSelectionCriteria.None, long.MaxValue, 3));
        Recovered("[a,b,c,d] at 4", new Recovery(SnapshotSelectionCriteria.None));
        Recovered("[] at 4", Recovery.None);

        void Recovered(string expected, Recovery recovery)
        {
            var limited = Sys.ActorOf(Account.Props(Pid, Probe, recovery));
            Probe.ExpectMsg($"recovered {expected}");
            StopAndWait(limited);
        }
    }

    [Fact]
    public void A_command_that_fails_after_it_persisted_restarts_the_actor_which_recovers_the_event()
    {
        var account = Start("[] at 0");
        EventFilter.Exception<InvalidOperationException>("as told").ExpectOne(() => account.Tell("fail a"));

        Probe.ExpectMsg("recovered [a] at 1");
        account.Tell("state");
        Expect("state: [a] at 1");
    }

    [Fact]
    public void A_handler_that_fails_restarts_the_actor_and_loses_no_command()
    {
        var account = Start("[] at 0");
        EventFilter.Exception<InvalidOperationException>("as told").ExpectOne(() =>
        {
            account.Tell("fail-in-handler a");
            account.Tell("1");
            account.Tell("persist b");
            account.Tell("2");
        });

        Probe.ExpectMsg("recovered [a] at 1");
        Expect("1: [a] at 1", "done b", "2: [a,b] at 2");
    }

    [Fact]
    public void The_users_stash_and_the_actors_own_keep_the_order()
    {
        var account = Start("[] at 0");
        foreach (var command in new[] { "close", "1", "persist a", "2", "open", "3" })
        {
            account.Tell(command);
        }

        Expect("1: [] at 0", "done a", "2: [a] at 1", "3: [a] at 1");
    }

    [Fact]
    public void Of_two_incarnations_the_stale_one_is_refused_and_stops_and_the_log_says_who_writes()
    {
        var old = Start("[] at 0");
        old.Tell("persist a");
        Expect("done a");
        var fresh = Start("[a] at 1");
        fresh.Tell("persist b c");
        Expect("done b", "done c");

        Watch(old);
        EventFilter.Custom<Error>(error => error.ToString().Contains($"of {Pid}", StringComparison.Ordinal) && error.ToString().Contains("holds sequence number 2", StringComparison.Ordinal))
            .ExpectOne(() =>
            {
                old.Tell("all x y");
                ExpectTerminated(old);
            });

        Assert.Contains("failure x 2: ", Probe.ExpectMsg<string>(), StringComparison.Ordinal);
        fresh.Tell("persist d");
        Expect("done d");
        StopAndWait(fresh);
        Start("[a,b,c,d] at 4");
    }

    protected IActorRef Start(string recovered)
    {
        var account = Sys.ActorOf(Account.Props(Pid, Probe));
        Probe.ExpectMsg($"recovered {recovered}");
        return account;
    }

    protected void Expect(params string[] messages)
    {
        foreach (var each in messages)
        {
            ExpectMsg(each);
        }
    }
}
