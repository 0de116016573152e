namespace Meditron.Actors.Tests.Specs;

public class BecomeSpec : ActorSpec
{
    [Fact]
    public void Become_replaces_the_behaviour()
    {
        var actor = ActorOf(() => new Moody(TestActor));
        Exchange(actor, ("hi", "plain hi"), ("be angry", null), ("hi", "angry hi"), ("unbecome", null), ("hi", "plain hi"));
    }

    [Fact]
    public void BecomeStacked_keeps_the_one_before()
    {
        var actor = ActorOf(() => new Moody(TestActor));
        Exchange(
            actor,
            ("stack angry", null),
            ("hi", "angry hi"),
            ("stack happy", null),
            ("hi", "happy hi"),
            ("unbecome", null),
            ("hi", "angry hi"),
            ("unbecome", null),
            ("hi", "plain hi"),
            ("unbecome", null),
            ("hi", "plain hi"));
    }

    [Fact]
    public void A_restart_goes_back_to_the_first_behaviour()
    {
        EventFilter.Exception<InvalidOperationException>().Mute();
        var actor = ActorOf(() => new Moody(TestActor));
        Exchange(actor, ("be angry", null), ("hi", "angry hi"), ("fail", null), ("hi", "plain hi"));
    }

    [Fact]
    public void The_first_handler_that_takes_a_message_handles_it()
    {
        var actor = ActorOf(() => new Ordered());
        actor.Tell(5);
        ExpectMsg("small 5");
        actor.Tell(50);
        ExpectMsg("number 50");
        actor.Tell("text");
        ExpectMsg("object text");
        actor.Tell(5.0);
        ExpectMsg("object 5");
        actor.Tell(true);
        ExpectMsg("bool");
    }

    [Fact]
    public void What_no_handler_takes_is_published_as_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        var actor = ActorOf(() => new OnlyNumbers());
        actor.Tell("text");

        var unhandled = ExpectMsg<UnhandledMessage>();
        Assert.Equal("text", unhandled.Message);
        Assert.Equal(TestActor, unhandled.Sender);
        Assert.Equal(actor, unhandled.Recipient);
    }

    [Fact]
    public void Handlers_cannot_be_added_after_one_for_everything()
    {
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() =>
        {
            var actor = ActorOf(() => new AddsAfterAny());
            Watch(actor);
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void An_untyped_actor_can_become_too()
    {
        var actor = ActorOf(() => new Untyped());
        actor.Tell("switch");
        actor.Tell("hello");
        ExpectMsg("switched hello");
        actor.Tell("back");
        actor.Tell("hello");
        ExpectMsg("hello");
    }

    private void Exchange(IActorRef actor, params (string Say, string? Answer)[] lines)
    {
        foreach (var (say, answer) in lines)
        {
            actor.Tell(say);
            if (answer is not null)
            {
                ExpectMsg(answer);
            }
        }
    }

    private sealed class Moody : ReceiveActor
    {
        private readonly IActorRef _listener;

        public Moody(IActorRef listener)
        {
            _listener = listener;
            Mood("plain");
        }

        private void Mood(string mood) => Receive<string>(message =>
        {
            var parts = message.Split(' ');
            switch (parts[0])
            {
                case "be":
                    Become(() => Mood(parts[1]));
                    break;
                case "stack":
                    BecomeStacked(() => Mood(parts[1]));
                    break;
                case "unbecome":
                    UnbecomeStacked();
                    break;
                case "fail":
                    throw new InvalidOperationException("told to fail");
                default:
                    _listener.Tell($"{mood} {message}");
                    break;
            }
        });
    }

    private sealed class Ordered : ReceiveActor
    {
        public Ordered()
        {
            Receive<int>(number => Sender.Tell($"small {number}"), number => number < 10);
            Receive<int>(number => Sender.Tell($"number {number}"));
            Receive<bool>(_ =>
            {
                Sender.Tell("bool");
                return true;
            });
            Receive<double>(_ => false);
            Receive<object>(message => Sender.Tell($"object {message}"));
        }
    }

    private sealed class OnlyNumbers : ReceiveActor
    {
        public OnlyNumbers() => Receive<int>(_ => { });
    }

    private sealed class AddsAfterAny : ReceiveActor
    {
        public AddsAfterAny()
        {
            ReceiveAny(_ => { });
            Receive<int>(_ => { });
        }
    }

    private sealed class Untyped : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is "switch")
            {
                BecomeStacked(Switched);
                return;
            }

            Sender.Tell(message);
        }

        private void Switched(object message)
        {
            if (message is "back")
            {
                UnbecomeStacked();
                return;
            }

            Sender.Tell($"switched {message}");
        }
    }
}
