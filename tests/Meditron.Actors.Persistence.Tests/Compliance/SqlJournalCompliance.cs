using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Tests.Stores;
using Meditron.Actors.TestKit;

namespace Meditron.Actors.Persistence.Tests.Compliance;

/// <summary>What a journal must do that serializes events.</summary>
public abstract class SqlJournalCompliance(SqlStore store) : JournalCompliance(store)
{
    [Fact]
    public void An_event_that_cannot_be_stored_is_rejected_and_the_others_are_written()
    {
        var actor = CreateTestProbe();
        Journal.Tell(new WriteMessages(
            [
                new AtomicWrite(Event(Pid, 1, "one")),
                new AtomicWrite(ImmutableArray.Create<IPersistentRepresentation>(Event(Pid, 2, "two"), Event(Pid, 3, new Unknown()))),
                new AtomicWrite(Event(Pid, 4, "four")),
            ],
            actor.Ref,
            Instance));

        actor.ExpectMsg<WriteMessagesSuccessful>();
        Assert.Equal(1, actor.ExpectMsg<WriteMessageSuccess>().Persistent.SequenceNr);
        Assert.Equal(2, actor.ExpectMsg<WriteMessageRejected>().Persistent.SequenceNr);
        Assert.Contains(nameof(Unknown), actor.ExpectMsg<WriteMessageRejected>().Cause.Message, StringComparison.Ordinal);
        Assert.Equal(4, actor.ExpectMsg<WriteMessageSuccess>().Persistent.SequenceNr);
        Assert.Equal(["one", "four"], Replay(Pid, 1, long.MaxValue, long.MaxValue, highest: 4).Select(each => each.Payload));
    }

    private sealed class Unknown;
}
