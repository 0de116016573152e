using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Tests.Stores;
using Meditron.Actors.TestKit;

namespace Meditron.Actors.Persistence.Tests.Compliance;

/// <summary>What every journal must do, asked in its own protocol.</summary>
public abstract class JournalCompliance(Store store) : PersistenceSpec(store)
{
    protected const int Instance = 7;
    private readonly string _writer = Guid.NewGuid().ToString();

    protected IActorRef Journal => Persistence.Instance.Apply(Sys).JournalFor(null);

    [Fact]
    public void Events_come_back_in_order_with_all_that_is_known_of_them()
    {
        Write(Pid, 1, 5);

        var replayed = Replay(Pid, 1, long.MaxValue, long.MaxValue, highest: 5);

        Assert.Equal(["a-1", "a-2", "a-3", "a-4", "a-5"], replayed.Select(each => each.Payload));
        Assert.Equal([1L, 2, 3, 4, 5], replayed.Select(each => each.SequenceNr));
        Assert.All(replayed, each => Assert.Equal((Pid, _writer, false), (each.PersistenceId, each.WriterGuid, each.IsDeleted)));
    }

    [Theory]
    [InlineData(3, long.MaxValue, long.MaxValue, "a-3 a-4 a-5")]
    [InlineData(1, 3, long.MaxValue, "a-1 a-2 a-3")]
    [InlineData(2, 4, long.MaxValue, "a-2 a-3 a-4")]
    [InlineData(1, long.MaxValue, 2, "a-1 a-2")]
    [InlineData(2, 4, 2, "a-2 a-3")]
    [InlineData(4, 4, long.MaxValue, "a-4")]
    [InlineData(4, 4, 0, "")]
    [InlineData(1, 0, long.MaxValue, "")]
    [InlineData(5, 3, long.MaxValue, "")]
    [InlineData(6, 9, long.MaxValue, "")]
    public void A_replay_keeps_to_its_bounds(long from, long to, long max, string expected)
    {
        Write(Pid, 1, 5);

        var replayed = Replay(Pid, from, to, max, highest: 5);

        Assert.Equal(expected, string.Join(' ', replayed.Select(each => each.Payload)));
    }

    [Fact]
    public void An_actor_without_events_has_highest_number_0() => Assert.Empty(Replay(Pid, 1, long.MaxValue, long.MaxValue, highest: 0));

    [Fact]
    public void Actors_do_not_see_each_others_events()
    {
        Write(Pid, 1, 3);
        Write(Pid + "x", 1, 2, "other");

        Assert.Equal(["a-1", "a-2", "a-3"], Replay(Pid, 1, long.MaxValue, long.MaxValue, highest: 3).Select(each => each.Payload));
        Assert.Equal(["other-1", "other-2"], Replay(Pid + "x", 1, long.MaxValue, long.MaxValue, highest: 2).Select(each => each.Payload));
    }

    [Theory]
    [InlineData(2, "a-3 a-4 a-5")]
    [InlineData(5, "")]
    [InlineData(long.MaxValue, "")]
    public void Deleted_events_do_not_come_back_and_their_numbers_are_not_used_again(long to, string expected)
    {
        Write(Pid, 1, 5);

        Delete(Pid, to);

        Assert.Equal(expected, string.Join(' ', Replay(Pid, 1, long.MaxValue, long.MaxValue, highest: 5).Select(each => each.Payload)));
        Write(Pid, 6, 6);
        Assert.Equal((expected + " a-6").Trim(), string.Join(' ', Replay(Pid, 1, long.MaxValue, long.MaxValue, highest: 6).Select(each => each.Payload)));
    }

    [Fact]
    public void Deleting_again_and_deleting_nothing_succeed()
    {
        Delete(Pid, 3);
        Write(Pid, 1, 5);
        Delete(Pid, 3);
        Delete(Pid, 2);
        Delete(Pid, 5);

        Assert.Empty(Replay(Pid, 1, long.MaxValue, long.MaxValue, highest: 5));
    }

    [Fact]
    public void Answers_come_in_order_and_from_the_senders_of_the_events()
    {
        var (actor, sender) = (CreateTestProbe(), CreateTestProbe());
        Journal.Tell(new WriteMessages(
            [
                new AtomicWrite(Event(Pid, 1, "one", sender.Ref)),
                new NonPersistentMessage("between", sender.Ref),
                new AtomicWrite(ImmutableArray.Create<IPersistentRepresentation>(Event(Pid, 2, "two", sender.Ref), Event(Pid, 3, "three", sender.Ref))),
            ],
            actor.Ref,
            Instance));

        actor.ExpectMsg<WriteMessagesSuccessful>();
        foreach (var (number, payload) in new[] { (1, "one"), (0, "between"), (2, "two"), (3, "three") })
        {
            if (number == 0)
            {
                Assert.Equal(payload, actor.ExpectMsg<LoopMessageSuccess>().Message);
            }
            else
            {
                var success = actor.ExpectMsg<WriteMessageSuccess>();
                Assert.Equal((number, payload, Instance), (success.Persistent.SequenceNr, success.Persistent.Payload, success.ActorInstanceId));
            }

            Assert.Equal(sender.Ref, actor.Sender);
        }
    }

    [Fact]
    public void A_request_without_events_succeeds()
    {
        var actor = CreateTestProbe();
        Journal.Tell(new WriteMessages([new NonPersistentMessage("alone", actor.Ref)], actor.Ref, Instance));

        actor.ExpectMsg<WriteMessagesSuccessful>();
        Assert.Equal("alone", actor.ExpectMsg<LoopMessageSuccess>().Message);
    }

    [Fact]
    public void A_stale_writer_is_refused_by_name_of_the_one_that_holds_the_number()
    {
        Write(Pid, 1, 3);

        var failure = WriteAs("stale", Pid, (3, "late-3"), (4, "late-4"));

        Assert.Contains(_writer, failure.Message, StringComparison.Ordinal);
        Assert.Contains($"Events 3 to 4 of {Pid} by writer stale", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["a-1", "a-2", "a-3"], Replay(Pid, 1, long.MaxValue, long.MaxValue, highest: 3).Select(each => each.Payload));
    }

    [Fact]
    public void Nothing_of_a_stale_writers_request_is_written_not_even_what_does_not_conflict()
    {
        Write(Pid, 1, 3);
        var actor = CreateTestProbe();
        Journal.Tell(new WriteMessages(
            [
                new AtomicWrite(Event(Pid + "fresh", 1, "does not conflict", writer: "stale")),
                new AtomicWrite(Event(Pid, 2, "conflicts", writer: "stale")),
            ],
            actor.Ref,
            Instance));

        Assert.Equal(2, actor.ExpectMsg<WriteMessagesFailed>().WriteCount);
        actor.ExpectMsg<WriteMessageFailure>();
        actor.ExpectMsg<WriteMessageFailure>();
        Assert.Empty(Replay(Pid + "fresh", 1, long.MaxValue, long.MaxValue, highest: 0));
    }

    [Fact]
    public void A_stale_writer_is_refused_also_where_the_events_with_its_numbers_are_deleted()
    {
        Write(Pid, 1, 5);
        Delete(Pid, 5);

        WriteAs("stale", Pid, (3, "late"));

        Assert.Empty(Replay(Pid, 1, long.MaxValue, long.MaxValue, highest: 5));
    }

    [Fact]
    public void Stale_writers_do_not_open_the_breaker_and_harm_nobody_else()
    {
        Write(Pid, 1, 3);
        for (var i = 0; i < 30; i++)
        {
            WriteAs($"stale-{i}", Pid, (3, "late"));
        }

        Write(Pid + "other", 1, 2);
        Write(Pid, 4, 4);
        Assert.Equal(4, Replay(Pid, 1, long.MaxValue, long.MaxValue, highest: 4).Count);
    }

    [Fact]
    public void Large_events_and_odd_texts_survive()
    {
        var large = new string('x', 3_000_000);
        var odd = "ein 'Zitat' \" ; -- \u00e4\u4e2d\U0001F600 \n\t";
        var id = Pid + "/'\u00e4 \"";
        Write(id, [(1, large), (2, odd), (3, string.Empty)]);

        Assert.Equal([large, odd, string.Empty], Replay(id, 1, long.MaxValue, long.MaxValue, highest: 3).Select(each => each.Payload));
    }

    [Fact]
    public void Many_actors_write_at_once_and_each_finds_its_own_events()
    {
        const int Actors = 40, Rounds = 10;
        var probes = Enumerable.Range(0, Actors).Select(_ => CreateTestProbe()).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            for (var i = 0; i < Actors; i++)
            {
                Journal.Tell(new WriteMessages([new AtomicWrite(Event($"{Pid}-{i}", round + 1, $"{i}/{round}"))], probes[i].Ref, Instance));
            }

            foreach (var probe in probes)
            {
                probe.ExpectMsg<WriteMessagesSuccessful>();
                Assert.Equal(round + 1, probe.ExpectMsg<WriteMessageSuccess>().Persistent.SequenceNr);
            }
        }

        for (var i = 0; i < Actors; i++)
        {
            Assert.Equal(
                Enumerable.Range(0, Rounds).Select(round => $"{i}/{round}"),
                Replay($"{Pid}-{i}", 1, long.MaxValue, long.MaxValue, highest: Rounds).Select(each => (string)each.Payload));
        }
    }

    [Fact]
    public void A_replay_sees_the_writes_asked_for_before_it()
    {
        var (writer, reader) = (CreateTestProbe(), CreateTestProbe());
        for (var i = 1; i <= 50; i++)
        {
            Journal.Tell(new WriteMessages([new AtomicWrite(Event(Pid, i, $"a-{i}"))], writer.Ref, Instance));
            Journal.Tell(new ReplayMessages(i, long.MaxValue, long.MaxValue, Pid, reader.Ref));
            Assert.Equal(i, reader.ExpectMsg<ReplayedMessage>().Persistent.SequenceNr);
            Assert.Equal(i, reader.ExpectMsg<RecoverySuccess>().HighestSequenceNr);
        }
    }

    protected Persistent Event(string pid, long number, object payload, IActorRef? sender = null, string? writer = null) =>
        new(payload, number, pid, sender: sender, writerGuid: writer ?? _writer);

    protected void Write(string pid, int from, int to, string prefix = "a") =>
        Write(pid, [.. Enumerable.Range(from, to - from + 1).Select(i => ((long)i, $"{prefix}-{i}"))]);

    protected void Write(string pid, (long Number, string Payload)[] events)
    {
        var actor = CreateTestProbe();
        Journal.Tell(new WriteMessages(events.Select(each => new AtomicWrite(Event(pid, each.Number, each.Payload))).ToArray(), actor.Ref, Instance));
        actor.ExpectMsg<WriteMessagesSuccessful>();
        foreach (var each in events)
        {
            Assert.Equal(each.Number, actor.ExpectMsg<WriteMessageSuccess>().Persistent.SequenceNr);
        }
    }

    protected Exception WriteAs(string writer, string pid, params (long Number, string Payload)[] events)
    {
        var actor = CreateTestProbe();
        var all = events.Select(IPersistentRepresentation (each) => Event(pid, each.Number, each.Payload, writer: writer)).ToImmutableArray();
        Journal.Tell(new WriteMessages([new AtomicWrite(all)], actor.Ref, Instance));
        var failure = actor.ExpectMsg<WriteMessagesFailed>();
        foreach (var each in events)
        {
            Assert.Equal(each.Number, actor.ExpectMsg<WriteMessageFailure>().Persistent.SequenceNr);
        }

        return failure.Cause;
    }

    protected void Delete(string pid, long to)
    {
        var actor = CreateTestProbe();
        Journal.Tell(new DeleteMessagesTo(pid, to, actor.Ref));
        actor.ExpectMsg(new DeleteMessagesSuccess(to));
    }

    protected List<IPersistentRepresentation> Replay(string pid, long from, long to, long max, long highest)
    {
        var actor = CreateTestProbe();
        Journal.Tell(new ReplayMessages(from, to, max, pid, actor.Ref));
        var replayed = new List<IPersistentRepresentation>();
        while (actor.ExpectMsg<object>() is var message)
        {
            if (message is ReplayedMessage each)
            {
                replayed.Add(each.Persistent);
                continue;
            }

            Assert.Equal(highest, Assert.IsType<RecoverySuccess>(message).HighestSequenceNr);
            break;
        }

        return replayed;
    }
}
