using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Journal;
using Meditron.Actors.Persistence.Snapshot;
using Meditron.Actors.Persistence.Tests.Compliance;
using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests.Actors;

public sealed class RecoverySpec() : PersistenceSpec(new MemoryStore(), Plugins)
{
    private const string Plugins = """
        akka.persistence.max-concurrent-recoveries = 3
        test.silent {
          class = "Meditron.Actors.Persistence.Tests.Actors.SilentJournal, Meditron.Actors.Persistence.Tests"
          # Long enough for the snapshot store, which does answer.
          recovery-event-timeout = 5s
        }
        test.silent-soon {
          class = "Meditron.Actors.Persistence.Tests.Actors.SilentJournal, Meditron.Actors.Persistence.Tests"
          recovery-event-timeout = 100ms
        }
        test.gate.class = "Meditron.Actors.Persistence.Tests.Actors.Gate, Meditron.Actors.Persistence.Tests"
        test.broken.class = "Meditron.Actors.Persistence.Tests.Actors.BrokenJournal, Meditron.Actors.Persistence.Tests"
        test.nothing { x = 1 }
        test.no-actor.class = "System.Object"
        """;

    [Fact]
    public void No_more_actors_recover_at_once_than_allowed_and_each_comes_to_its_turn()
    {
        var gate = Persistence.Instance.Apply(Sys).SnapshotStoreFor("test.gate");
        for (var i = 0; i < 10; i++)
        {
            Sys.ActorOf(Props.Create(() => new OnPlugins($"{Pid}-{i}", TestActor, null, "test.gate")));
        }

        for (var i = 0; i < 3; i++)
        {
            ExpectMsg("starts");
        }

        ExpectNoMsg(Quiet);
        for (var i = 3; i < 10; i++)
        {
            gate.Tell("one");
            var messages = new[] { ExpectMsg<string>(), ExpectMsg<string>() };
            Assert.Equal(["recovered", "starts"], messages.Order(StringComparer.Ordinal));
        }

        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void An_actor_that_is_stopped_gives_its_permit_back()
    {
        for (var i = 0; i < 12; i++)
        {
            var actor = Sys.ActorOf(Props.Create(() => new OnPlugins($"{Pid}-{i}", TestActor, null, "test.gate")));
            ExpectMsg("starts");
            StopAndWait(actor);
        }
    }

    [Fact]
    public void A_journal_that_does_not_answer_fails_the_recovery_in_time()
    {
        var actor = Sys.ActorOf(Props.Create(() => new OnPlugins(Pid, TestActor, "test.silent", null)));
        Watch(actor);

        ExpectMsg("starts");
        Assert.Contains("sent no event within", ExpectMsg<RecoveryTimedOutException>().Message, StringComparison.Ordinal);
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_snapshot_store_that_does_not_answer_fails_the_recovery_in_time()
    {
        var actor = Sys.ActorOf(Props.Create(() => new OnPlugins(Pid, TestActor, "test.silent-soon", "test.gate")));
        Watch(actor);

        ExpectMsg("starts");
        Assert.Contains("snapshot store did not answer", ExpectMsg<RecoveryTimedOutException>().Message, StringComparison.Ordinal);
        ExpectTerminated(actor);
    }

    [Fact]
    public void A_journal_that_fails_stops_the_actor_and_the_log_says_why()
    {
        EventFilter.Error(contains: "the disk is gone").ExpectOne(() =>
        {
            var actor = Sys.ActorOf(Props.Create(() => new OnPlugins(Pid, TestActor, "test.broken", null)));
            Watch(actor);
            ExpectMsg("starts");
            Assert.Equal("the disk is gone", ExpectMsg<IOException>().Message);
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void A_handler_that_fails_during_replay_stops_the_actor_and_the_log_names_the_event()
    {
        PersistAs("a");

        EventFilter.Error(contains: "with sequence number 1 was not handled: cannot be").ExpectOne(() =>
        {
            var failing = Sys.ActorOf(Props.Create(() => new Failing(Pid)));
            Watch(failing);
            ExpectTerminated(failing);
        });
    }

    [Theory]
    [InlineData("test.missing", "no section test.missing")]
    [InlineData("test.nothing", "test.nothing.class is empty")]
    [InlineData("test.no-actor", "which is no actor")]
    public void A_journal_that_is_not_there_is_an_error_at_the_start(string journal, string message)
    {
        EventFilter.Exception<ActorInitializationException>(contains: message).ExpectOne(() =>
        {
            var actor = Sys.ActorOf(Props.Create(() => new OnPlugins(Pid, TestActor, journal, null)));
            Watch(actor);
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void An_actor_that_persists_while_it_recovers_is_told_that_it_cannot()
    {
        PersistAs("a");

        Sys.ActorOf(Props.Create(() => new PersistsWhileRecovering(Pid, TestActor)));

        Assert.Contains("cannot persist during replay", ExpectMsg<InvalidOperationException>().Message, StringComparison.Ordinal);
        ExpectMsg("persisted after recovery");
    }

    [Fact]
    public void The_end_of_the_replay_is_told_after_the_last_event_and_before_the_recovery_is_completed()
    {
        PersistAs("a b");
        Sys.ActorOf(Props.Create(() => new HearsOfReplay(Pid, TestActor, false)));

        foreach (var each in new[] { "a", "b", "replayed", "recovered" })
        {
            ExpectMsg(each);
        }
    }

    [Fact]
    public void A_failure_at_the_end_of_the_replay_fails_the_recovery_and_stops_the_actor()
    {
        PersistAs("a");
        EventFilter.Error(contains: "not to be done with").ExpectOne(() =>
        {
            var actor = Sys.ActorOf(Props.Create(() => new HearsOfReplay(Pid, TestActor, true)));
            Watch(actor);
            ExpectMsg("a");
            ExpectMsg("not to be done with");
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void A_snapshot_that_is_not_wanted_leaves_all_events_to_be_replayed()
    {
        var account = PersistAs("a b");
        account.Tell("snapshot");
        ExpectMsg("saved 2");

        Sys.ActorOf(Props.Create(() => new WithoutSnapshots(Pid, TestActor)));

        ExpectMsg("a");
        ExpectMsg("b");
    }

    [Fact]
    public void An_actor_without_an_id_does_not_start()
    {
        EventFilter.Exception<ActorInitializationException>(contains: "PersistenceId").ExpectOne(() =>
        {
            var actor = Sys.ActorOf(Props.Create(() => new WithoutSnapshots(null!, TestActor)));
            Watch(actor);
            ExpectTerminated(actor);
        });
    }

    private IActorRef PersistAs(string events)
    {
        var account = Sys.ActorOf(Account.Props(Pid, TestActor));
        ExpectMsg("recovered [] at 0");
        account.Tell($"persist {events}");
        foreach (var each in events.Split(' '))
        {
            ExpectMsg($"done {each}");
        }

        return account;
    }

    private sealed class OnPlugins : ReceivePersistentActor
    {
        private readonly IActorRef _probe;
        private bool _started;

        public OnPlugins(string persistenceId, IActorRef probe, string? journal, string? snapshots)
        {
            PersistenceId = persistenceId;
            JournalPluginId = journal;
            SnapshotPluginId = snapshots;
            _probe = probe;
            Recover<RecoveryCompleted>(_ => probe.Tell("recovered"));
        }

        public override string PersistenceId { get; }

        /// <summary>Asked for once there is a permit.</summary>
        public override Recovery Recovery
        {
            get
            {
                if (!_started)
                {
                    _started = true;
                    _probe.Tell("starts");
                }

                return Recovery.Default;
            }
        }

        protected override void OnRecoveryFailure(Exception reason, object? message = null)
        {
            _probe.Tell(reason);
            base.OnRecoveryFailure(reason, message);
        }
    }

    private sealed class Failing : ReceivePersistentActor
    {
        public Failing(string persistenceId)
        {
            PersistenceId = persistenceId;
            Recover(new Action<string>(_ => throw new InvalidOperationException("cannot be")));
        }

        public override string PersistenceId { get; }
    }

    private sealed class PersistsWhileRecovering : ReceivePersistentActor
    {
        public PersistsWhileRecovering(string persistenceId, IActorRef probe)
        {
            PersistenceId = persistenceId;
            Recover<string>(each =>
            {
                try
                {
                    Persist("x", _ => { });
                }
                catch (InvalidOperationException refused)
                {
                    probe.Tell(refused);
                }
            });
            Recover<RecoveryCompleted>(_ => Persist("x", _ => probe.Tell("persisted after recovery")));
        }

        public override string PersistenceId { get; }
    }

    private sealed class HearsOfReplay : ReceivePersistentActor
    {
        private readonly IActorRef _probe;
        private readonly bool _fails;

        public HearsOfReplay(string persistenceId, IActorRef probe, bool fails)
        {
            PersistenceId = persistenceId;
            _probe = probe;
            _fails = fails;
            Recover<string>(each => probe.Tell(each));
            Recover<RecoveryCompleted>(_ => probe.Tell("recovered"));
        }

        public override string PersistenceId { get; }

        protected override void OnReplaySuccess()
        {
            if (_fails)
            {
                throw new InvalidOperationException("not to be done with");
            }

            _probe.Tell("replayed");
        }

        protected override void OnRecoveryFailure(Exception reason, object? message = null)
        {
            _probe.Tell(reason.Message);
            base.OnRecoveryFailure(reason, message);
        }
    }

    private sealed class WithoutSnapshots : ReceivePersistentActor
    {
        public WithoutSnapshots(string persistenceId, IActorRef probe)
        {
            PersistenceId = persistenceId;
            Recover<string>(each => probe.Tell(each));
        }

        public override string PersistenceId { get; }
    }
}

/// <summary>Never answers.</summary>
internal sealed class SilentJournal : MemoryJournal
{
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) => Task.FromResult(1L);

    public override Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback) => new TaskCompletionSource().Task;
}

/// <summary>Answers when it is told to.</summary>
internal sealed class Gate : MemorySnapshotStore
{
    private readonly Queue<TaskCompletionSource<SelectedSnapshot?>> _waiting = new();

    protected override Task<SelectedSnapshot?> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        var promise = new TaskCompletionSource<SelectedSnapshot?>();
        _waiting.Enqueue(promise);
        return promise.Task;
    }

    protected override bool ReceivePluginInternal(object message)
    {
        if (message is not "one")
        {
            return false;
        }

        _waiting.Dequeue().SetResult(null);
        return true;
    }
}

/// <summary>Fails.</summary>
internal sealed class BrokenJournal : MemoryJournal
{
    public override Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr) => Task.FromException<long>(new IOException("the disk is gone"));
}
