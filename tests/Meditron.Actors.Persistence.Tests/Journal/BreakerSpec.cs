using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Pattern;
using Meditron.Actors.Persistence.Journal;
using Meditron.Actors.Persistence.Tests.Stores;
using Meditron.Actors.TestKit;

namespace Meditron.Actors.Persistence.Tests.Journal;

public sealed class BreakerSpec() : PersistenceSpec(new MemoryStore(), Flaky)
{
    private const string Flaky = """
        akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
        akka.persistence.journal.plugin = test.flaky
        test.flaky {
          class = "Meditron.Actors.Persistence.Tests.Journal.FlakyJournal, Meditron.Actors.Persistence.Tests"
          circuit-breaker { max-failures = 3, call-timeout = 20s, reset-timeout = 1s }
        }
        """;

    private IActorRef Journal => Persistence.Instance.Apply(Sys).JournalFor(null);

    [Fact]
    public void A_journal_that_keeps_failing_is_left_alone_for_a_while_and_then_tried_again()
    {
        Journal.Tell("break");
        for (var i = 0; i < 3; i++)
        {
            Assert.IsType<IOException>(Write(i + 1));
        }

        Assert.IsType<OpenCircuitException>(Write(4));
        Journal.Tell("mend");
        Assert.IsType<OpenCircuitException>(Write(4));
        ((TestScheduler)Sys.Scheduler).Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Write(5));
    }

    [Fact]
    public void A_replay_waits_for_the_writes_of_the_same_actor_that_are_under_way()
    {
        Journal.Tell("hold");
        Send(1);
        Journal.Tell(new ReplayMessages(1, long.MaxValue, long.MaxValue, Pid, TestActor));
        Journal.Tell(new ReplayMessages(1, long.MaxValue, long.MaxValue, "another", TestActor));
        Assert.Equal(0, ExpectMsg<RecoverySuccess>().HighestSequenceNr);
        ExpectNoMsg(Quiet);
        Journal.Tell("release");

        var messages = Enumerable.Range(0, 4).Select(_ => ExpectMsg<object>()).ToList();
        Assert.Single(messages.OfType<WriteMessageSuccess>());
        Assert.Single(messages.OfType<ReplayedMessage>());
        Assert.Equal(1, Assert.Single(messages.OfType<RecoverySuccess>()).HighestSequenceNr);
    }

    private void Send(long number) => Journal.Tell(new WriteMessages([new AtomicWrite(new Persistent("x", number, Pid, writerGuid: "w"))], TestActor, 1));

    private Exception? Write(long number)
    {
        Send(number);
        if (ExpectMsg<IJournalResponse>() is WriteMessagesFailed failed)
        {
            ExpectMsg<WriteMessageFailure>();
            return failed.Cause;
        }

        ExpectMsg<WriteMessageSuccess>();
        return null;
    }
}

/// <summary>Fails, or takes its time, while it is told to.</summary>
internal sealed class FlakyJournal : MemoryJournal
{
    private bool _broken;
    private TaskCompletionSource? _gate;

    protected override Task<IImmutableList<Exception>?> WriteMessagesAsync(IEnumerable<AtomicWrite> messages)
    {
        if (_broken)
        {
            return Task.FromException<IImmutableList<Exception>?>(new IOException("broken"));
        }

        return _gate is { } gate ? Later(gate.Task, messages) : base.WriteMessagesAsync(messages);
    }

    protected override bool ReceivePluginInternal(object message)
    {
        switch (message)
        {
            case "break":
                _broken = true;
                return true;
            case "mend":
                _broken = false;
                return true;
            case "hold":
                _gate = new TaskCompletionSource();
                return true;
            case "release":
                _gate!.SetResult();
                return true;
            default:
                return false;
        }
    }

    private async Task<IImmutableList<Exception>?> Later(Task gate, IEnumerable<AtomicWrite> messages)
    {
        await gate;
        return await base.WriteMessagesAsync(messages);
    }
}
