namespace Meditron.Actors.Tests.Specs;

/// <summary>Who makes the instances of an actor.</summary>
public class ProducerSpec : ActorSpec
{
    [Fact]
    public void A_producer_makes_each_instance_and_takes_it_back_when_it_is_no_longer_needed()
    {
        var producer = new Counting(TestActor);
        var actor = Sys.ActorOf(Props.CreateBy(producer));
        ExpectMsg("produced 1");
        actor.Tell("ping");
        ExpectMsg("pong of 1");

        EventFilter.Exception<FormatException>().ExpectOne(() => actor.Tell("fail"));
        ExpectMsgAllOf("released 1", "produced 2");
        actor.Tell("ping");
        ExpectMsg("pong of 2");

        Sys.Stop(actor);
        ExpectMsg("released 2");
    }

    [Fact]
    public void Arguments_are_given_to_a_constructor_that_takes_them()
    {
        Sys.ActorOf(Props.Create(typeof(Numbered), TestActor, 7)).Tell("ping");

        ExpectMsg("pong of 7");
    }

    private sealed class Counting(IActorRef listener) : IIndirectActorProducer
    {
        private int _made;

        public Type ActorType => typeof(Numbered);

        public ActorBase Produce()
        {
            var number = Interlocked.Increment(ref _made);
            listener.Tell($"produced {number}", ActorRefs.NoSender);
            return new Numbered(listener, number);
        }

        public void Release(ActorBase actor) => listener.Tell($"released {((Numbered)actor).Number}", ActorRefs.NoSender);
    }

    private sealed class Numbered(IActorRef listener, int number) : UntypedActor
    {
        public int Number => number;

        protected override void OnReceive(object message)
        {
            if (message is "fail")
            {
                throw new FormatException("as told");
            }

            listener.Tell($"pong of {number}");
        }
    }
}
