namespace Meditron.Actors.Tests.Specs;

/// <summary>The ways in which a handler of a ReceiveActor is declared.</summary>
public class HandlerSpec : ActorSpec
{
    [Fact]
    public void Types_that_are_known_only_at_run_time_have_handlers_too()
    {
        var actor = ActorOf(() => new ByType(TestActor));
        foreach (var message in new object[] { 1, -1, "text", "later", 2.5, 'c' })
        {
            actor.Tell(message);
        }

        foreach (var answer in new[] { "number 1", "other number -1", "text text", "text later", "rest 2.5", "rest c" })
        {
            ExpectMsg(answer);
        }
    }

    [Fact]
    public void A_handler_that_says_that_it_did_not_take_a_message_leaves_it_to_the_next()
    {
        var actor = ActorOf(() => new ByAnswer(TestActor));
        actor.Tell(4);
        actor.Tell(5);

        ExpectMsg("even 4");
        ExpectMsg("any 5");
    }

    private sealed class ByType : ReceiveActor
    {
        public ByType(IActorRef listener)
        {
            Receive(typeof(int), message => listener.Tell($"number {message}"), message => (int)message > 0);
            Receive(typeof(int), message =>
            {
                listener.Tell($"other number {message}");
                return true;
            });
            ReceiveAsync(typeof(string), async message =>
            {
                await Task.Yield();
                listener.Tell($"text {message}");
            });
            ReceiveAny(message => listener.Tell(FormattableString.Invariant($"rest {message}")));
        }
    }

    private sealed class ByAnswer : ReceiveActor
    {
        public ByAnswer(IActorRef listener)
        {
            Receive<int>(number =>
            {
                if (number % 2 == 0)
                {
                    listener.Tell($"even {number}");
                    return true;
                }

                return false;
            });
            Receive<int>(number => listener.Tell($"any {number}"));
        }
    }
}
