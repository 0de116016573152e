namespace Meditron.Actors.Tests.Specs;

public class DeadLettersSpec : ActorSpec
{
    [Fact]
    public void What_is_told_to_an_ended_actor_is_a_dead_letter_with_its_sender()
    {
        var actor = Ended();
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        actor.Tell("too late");

        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal(("too late", TestActor, actor), (letter.Message, letter.Sender, letter.Recipient));
    }

    [Fact]
    public void What_is_told_to_the_dead_letters_is_one()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.DeadLetters.Tell("lost");

        Assert.Equal("lost", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void A_message_that_is_expected_to_get_lost_is_a_suppressed_one()
    {
        var actor = Ended();
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.EventStream.Subscribe(TestActor, typeof(SuppressedDeadLetter));
        actor.Tell(new Expendable());

        Assert.IsType<Expendable>(ExpectMsg<SuppressedDeadLetter>().Message);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void What_is_unhandled_is_told_on_the_event_stream()
    {
        var actor = ActorOf(() => new OnlyNumbers());
        Sys.EventStream.Subscribe(TestActor, typeof(UnhandledMessage));
        actor.Tell("text");

        var unhandled = ExpectMsg<UnhandledMessage>();
        Assert.Equal(("text", actor), (unhandled.Message, unhandled.Recipient));
    }

    [Fact]
    public void Nobody_swallows_messages_without_a_letter()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        ActorRefs.Nobody.Tell("nobody");
        Sys.IgnoreRef.Tell("ignored");

        ExpectNoMsg(Quiet);
    }

    private IActorRef Ended()
    {
        var actor = ActorOf<BlackHoleActor>();
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
        return actor;
    }

    private sealed class Expendable : IDeadLetterSuppression;

    private sealed class OnlyNumbers : ReceiveActor
    {
        public OnlyNumbers() => Receive<int>(_ => { });
    }
}
