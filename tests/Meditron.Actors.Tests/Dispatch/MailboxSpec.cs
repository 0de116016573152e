namespace Meditron.Actors.Tests.Specs;

public class MailboxSpec : ActorSpec
{
    public MailboxSpec()
        : base("""
            priority { mailbox-type = "Meditron.Actors.Tests.Specs.NumbersFirst, Meditron.Actors.Tests" }
            stable { mailbox-type = "Meditron.Actors.Tests.Specs.EvenFirst, Meditron.Actors.Tests" }
            small { mailbox-type = "Akka.Dispatch.BoundedMailbox", mailbox-capacity = 2, mailbox-push-timeout-time = 10ms }
            akka.actor.deployment./deployed.mailbox = priority
            """)
    {
    }

    [Fact]
    public void A_priority_mailbox_gives_the_lowest_number_first() => Assert.Equal([1, 2, 3, "a"], Through("priority", "a", 3, 1, 2));

    [Fact]
    public void A_stable_priority_mailbox_keeps_the_order_of_equal_messages() => Assert.Equal([2, 4, 6, 1, 3, 5], Through("stable", 1, 2, 3, 4, 5, 6));

    [Fact]
    public void The_deployment_names_a_mailbox()
    {
        var actor = ActorOf(() => new Gate(), "deployed");

        Assert.Equal([1, 2, "a"], Through(actor, "a", 2, 1));
    }

    [Fact]
    public void What_does_not_fit_a_bounded_mailbox_is_a_dead_letter()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Gate()).WithMailbox("small"));
        using var gate = new ManualResetEventSlim();
        actor.Tell(gate);
        ExpectMsg("busy");
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell(3);

        Assert.Equal(3, ExpectMsg<DeadLetter>().Message);
        gate.Set();
        ExpectMsg(1);
        ExpectMsg(2);
    }

    [BundledFact("Akka.NET says less")]
    public void A_mailbox_that_does_not_exist_is_refused_by_name()
    {
        var refused = Assert.Throws<ConfigurationException>(() => Sys.ActorOf(Props.Create(() => new Gate()).WithMailbox("no-such-mailbox")));

        Assert.Contains("Mailbox 'no-such-mailbox' is not configured", refused.Message, StringComparison.Ordinal);
    }

    private List<object> Through(string mailbox, params object[] messages) => Through(Sys.ActorOf(Props.Create(() => new Gate()).WithMailbox(mailbox)), messages);

    /// <summary>The order in which messages come out that all wait together.</summary>
    private List<object> Through(IActorRef actor, params object[] messages)
    {
        using var gate = new ManualResetEventSlim();
        actor.Tell(gate);
        ExpectMsg("busy");
        foreach (var message in messages)
        {
            actor.Tell(message);
        }

        gate.Set();
        return [.. ReceiveN(messages.Length)];
    }

    private sealed class Gate : ReceiveActor
    {
        public Gate()
        {
            Receive<ManualResetEventSlim>(gate =>
            {
                Sender.Tell("busy");
                gate.Wait(Deadline);
            });
            ReceiveAny(message => Sender.Tell(message));
        }
    }
}

/// <summary>Numbers by their size, then all else.</summary>
public sealed class NumbersFirst(Settings settings, Config config) : UnboundedPriorityMailbox(settings, config)
{
    protected override int PriorityGenerator(object message) => message is int number ? number : int.MaxValue;
}

/// <summary>Even numbers before all else.</summary>
public sealed class EvenFirst(Settings settings, Config config) : UnboundedStablePriorityMailbox(settings, config)
{
    protected override int PriorityGenerator(object message) => message is int number && number % 2 == 0 ? 0 : 1;
}
