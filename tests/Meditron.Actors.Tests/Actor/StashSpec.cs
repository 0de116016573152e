namespace Meditron.Actors.Tests.Specs;

public class StashSpec : ActorSpec
{
    [Fact]
    public void Stashed_messages_come_back_in_order_and_before_later_ones()
    {
        var actor = ActorOf(() => new Gate(TestActor));
        foreach (var message in new[] { "1", "2", "3", "open", "4" })
        {
            actor.Tell(message);
        }

        foreach (var message in new[] { "1", "2", "3", "4" })
        {
            ExpectMsg(message);
        }
    }

    [Fact]
    public void Unstash_brings_back_the_oldest_alone()
    {
        var actor = ActorOf(() => new Gate(TestActor));
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell("open one");

        ExpectMsg("1");
        ExpectNoMsg(Quiet);
        actor.Tell("open");
        ExpectMsg("2");
    }

    [Fact]
    public void Senders_are_kept()
    {
        var actor = ActorOf(() => new Gate(TestActor));
        var sender = CreateTestProbe();
        sender.Send(actor, "1");
        actor.Tell("open");

        ExpectMsg("1");
        Assert.Equal(sender.Ref, LastSender);
    }

    [Fact]
    public void A_message_cannot_be_stashed_twice()
    {
        ActorOf(() => new Gate(TestActor)).Tell("twice");

        ExpectMsg<IllegalActorStateException>();
    }

    [Fact]
    public void A_full_stash_refuses()
    {
        EventFilter.Exception<StashOverflowException>().ExpectOne(() =>
        {
            var actor = Sys.ActorOf(Props.Create(() => new BoundedGate(TestActor)).WithStashCapacity(2));
            actor.Tell("1");
            actor.Tell("2");
            actor.Tell("3");
        });
    }

    [Fact]
    public void The_stash_counts()
    {
        var actor = Sys.ActorOf(Props.Create(() => new BoundedGate(TestActor)).WithStashCapacity(2));
        actor.Tell("count");
        ExpectMsg((0, 2, true, false));
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell("count");
        ExpectMsg((2, 2, false, true));
    }

    [Fact]
    public void An_unbounded_stash_knows_no_capacity()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Gate(TestActor)).WithStashCapacity(1));
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell("count");
        ExpectMsg((2, -1, false, false));
    }

    [Fact]
    public void A_stashed_notice_of_an_end_is_received_again()
    {
        var subject = ActorOf(() => new BlackHoleActor());
        var watcher = ActorOf(() => new Mourner(TestActor, subject));
        watcher.Tell("ready?");
        ExpectMsg("ready");
        Sys.Stop(subject);
        ExpectMsg("stashed");
        watcher.Tell("open");

        Assert.Equal(subject, ExpectMsg<IActorRef>());
    }

    [Fact]
    public void A_restart_brings_the_stashed_messages_back_into_the_mailbox()
    {
        EventFilter.Exception<InvalidOperationException>().Mute();
        var actor = ActorOf(() => new Gate(TestActor));
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell("fail");

        // The fresh instance is closed again and has stashed them once more.
        actor.Tell("open");
        ExpectMsg("1");
        ExpectMsg("2");
    }

    [Fact]
    public void Messages_stashed_at_the_end_are_dead_letters()
    {
        var actor = ActorOf(() => new Gate(TestActor));
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        actor.Tell("1");
        actor.Tell(PoisonPill.Instance);

        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal("1", letter.Message);
        Assert.Equal(actor, letter.Recipient);
    }

    [Fact]
    public void A_filter_brings_back_those_it_takes_and_drops_the_others()
    {
        var actor = ActorOf(() => new Gate(TestActor));
        actor.Tell("1");
        actor.Tell("2");
        actor.Tell("3");
        actor.Tell("open odd");

        ExpectMsg("1");
        ExpectMsg("3");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Messages_can_be_taken_out_and_put_in_front()
    {
        var actor = ActorOf(() => new Sorter(TestActor));
        foreach (var message in new[] { "1", "2", "3", "swap", "count", "open" })
        {
            actor.Tell(message);
        }

        foreach (var message in new[] { "0 left", "3 held", "3", "2", "1" })
        {
            ExpectMsg(message);
        }
    }

    private sealed class Gate(IActorRef listener) : GateBase(listener), IWithUnboundedStash;

    private sealed class BoundedGate(IActorRef listener) : GateBase(listener), IWithStash;

    /// <summary>Stashes the end of another actor until it is told to open.</summary>
    private sealed class Mourner : ReceiveActor, IWithUnboundedStash
    {
        private bool _open;

        public Mourner(IActorRef listener, IActorRef subject)
        {
            Context.Watch(subject);
            Receive<Terminated>(terminated =>
            {
                if (_open)
                {
                    listener.Tell(terminated.ActorRef);
                    return;
                }

                Stash.Stash();
                listener.Tell("stashed");
            });
            Receive<string>(message =>
            {
                if (message == "open")
                {
                    _open = true;
                    Stash.UnstashAll();
                    return;
                }

                listener.Tell("ready");
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    /// <summary>Holds messages, and turns their order around when it is told to swap.</summary>
    private sealed class Sorter : ReceiveActor, IWithUnboundedStash
    {
        private readonly IActorRef _listener;

        public Sorter(IActorRef listener)
        {
            _listener = listener;
            Closed();
        }

        public IStash Stash { get; set; } = null!;

        private void Closed() => Receive<string>(message =>
        {
            switch (message)
            {
                case "swap":
                    var held = Stash.ClearStash().ToList();
                    _listener.Tell($"{Stash.Count} left");
                    held.Reverse();
                    Stash.Prepend(held);
                    break;
                case "count":
                    _listener.Tell($"{Stash.Count} held");
                    break;
                case "open":
                    Become(() => Receive<string>(_listener.Tell));
                    Stash.UnstashAll();
                    break;
                default:
                    Stash.Stash();
                    break;
            }
        });
    }

    private abstract class GateBase : ReceiveActor
    {
        private readonly IActorRef _listener;

        protected GateBase(IActorRef listener)
        {
            _listener = listener;
            Closed();
        }

        public IStash Stash { get; set; } = null!;

        private void Closed() => Receive<string>(message =>
        {
            switch (message)
            {
                case "open":
                    Stash.UnstashAll();
                    Become(Open);
                    break;
                case "open one":
                    Stash.Unstash();
                    BecomeStacked(OpenForOne);
                    break;
                case "open odd":
                    Stash.UnstashAll(envelope => (string)envelope.Message is "1" or "3");
                    Become(Open);
                    break;
                case "twice":
                    Stash.Stash();
                    _listener.Tell(Assert.Throws<IllegalActorStateException>(Stash.Stash));
                    break;
                case "count":
                    _listener.Tell((Stash.Count, Stash.Capacity, Stash.IsEmpty, Stash.IsFull));
                    break;
                case "fail":
                    throw new InvalidOperationException("told to fail");
                default:
                    Stash.Stash();
                    break;
            }
        });

        private void Open() => ReceiveAny(_listener.Forward);

        private void OpenForOne() => ReceiveAny(message =>
        {
            _listener.Forward(message);
            UnbecomeStacked();
        });
    }
}
