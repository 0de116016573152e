namespace Meditron.Actors.Tests.Specs;

public class ReceiveTimeoutSpec : ActorSpec
{
    public ReceiveTimeoutSpec()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public void The_timeout_comes_when_no_message_does_and_comes_again()
    {
        var actor = Started(TimeSpan.FromSeconds(2));
        Scheduler.Advance(TimeSpan.FromSeconds(2));
        ExpectMsg("timeout");
        Settle(actor);
        Scheduler.Advance(TimeSpan.FromSeconds(2));
        ExpectMsg("timeout");
    }

    [Fact]
    public void A_message_moves_it_on()
    {
        var actor = Started(TimeSpan.FromSeconds(2));
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        Say(actor, "hello");
        Scheduler.Advance(TimeSpan.FromMilliseconds(1500));
        ExpectNoMsg(Quiet);
        Scheduler.Advance(TimeSpan.FromMilliseconds(500));
        ExpectMsg("timeout");
    }

    [Fact]
    public void A_message_that_does_not_influence_it_does_not_move_it_on()
    {
        var actor = Started(TimeSpan.FromSeconds(2));
        Scheduler.Advance(TimeSpan.FromSeconds(1));
        actor.Tell(new Transparent());
        ExpectMsg("transparent");
        Scheduler.Advance(TimeSpan.FromSeconds(1));

        ExpectMsg("timeout");
    }

    [Fact]
    public void Null_switches_it_off()
    {
        var actor = Started(TimeSpan.FromSeconds(2));
        Say(actor, "off");
        Scheduler.Advance(TimeSpan.FromSeconds(10));

        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void It_ends_with_the_actor()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var actor = Started(TimeSpan.FromSeconds(2));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        Scheduler.Advance(TimeSpan.FromSeconds(10));

        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void It_can_be_set_while_running_and_read()
    {
        var actor = ActorOf(() => new Sleepy(TestActor, null));
        Say(actor, "on");
        actor.Tell("read");
        ExpectMsg("read");
        ExpectMsg(TimeSpan.FromSeconds(3));
        Settle(actor);
        Scheduler.Advance(TimeSpan.FromSeconds(3));
        ExpectMsg("timeout");
    }

    private IActorRef Started(TimeSpan timeout)
    {
        var actor = ActorOf(() => new Sleepy(TestActor, timeout));
        Settle(actor);
        return actor;
    }

    private void Say(IActorRef actor, string message)
    {
        actor.Tell(message);
        ExpectMsg(message);
        Settle(actor);
    }

    /// <summary>Waits until the actor is done with its last message, after which the timeout is set anew.</summary>
    private void Settle(IActorRef actor)
    {
        actor.Tell(new Transparent());
        ExpectMsg("transparent");
    }

    private sealed class Transparent : INotInfluenceReceiveTimeout;

    private sealed class Sleepy : ReceiveActor
    {
        public Sleepy(IActorRef listener, TimeSpan? timeout)
        {
            SetReceiveTimeout(timeout);
            Receive<ReceiveTimeout>(_ => listener.Tell("timeout"));
            Receive<Transparent>(_ => listener.Tell("transparent"));
            Receive<string>(message =>
            {
                listener.Tell(message);
                switch (message)
                {
                    case "off":
                        SetReceiveTimeout(null);
                        break;
                    case "on":
                        SetReceiveTimeout(TimeSpan.FromSeconds(3));
                        break;
                    case "read":
                        listener.Tell(Context.ReceiveTimeout!.Value);
                        break;
                }
            });
        }
    }
}
