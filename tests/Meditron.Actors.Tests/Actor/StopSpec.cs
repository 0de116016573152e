namespace Meditron.Actors.Tests.Specs;

public class StopSpec : ActorSpec
{
    [Fact]
    public void A_poison_pill_stops_the_actor_after_the_messages_before_it()
    {
        var actor = ActorOf(() => new Recorder(TestActor, false));
        Watch(actor);
        for (var i = 0; i < 100; i++)
        {
            actor.Tell($"message {i}");
        }

        actor.Tell(PoisonPill.Instance);
        actor.Tell("too late");

        var seen = ReceiveWhile<Recorder.Hook>(message => message as Recorder.Hook, Deadline);
        Assert.Equal(100, seen.Count(hook => hook.What.StartsWith("received message", StringComparison.Ordinal)));
        Assert.DoesNotContain(seen, hook => hook.What == "received too late");
        ExpectTerminated(actor);
    }

    [BundledFact("Akka.NET stops an actor of the guardian by a message to the guardian")]
    public void Stop_ends_the_actor_before_the_messages_in_its_mailbox()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        var hooks = CreateTestProbe();
        var actor = ActorOf(() => new Recorder(hooks.Ref, false));
        using var gate = new ManualResetEventSlim();
        actor.Tell(new Action(() =>
        {
            hooks.Ref.Tell("busy");
            gate.Wait(Deadline);
        }));
        hooks.FishForMessage<string>(message => message == "busy");
        actor.Tell("left over");
        Sys.Stop(actor);
        gate.Set();

        var letter = ExpectMsg<DeadLetter>();
        Assert.Equal(("left over", TestActor, actor), (letter.Message, letter.Sender, letter.Recipient));
        Assert.DoesNotContain(hooks.ReceiveWhile<Recorder.Hook>(message => message as Recorder.Hook, Quiet), hook => hook.What == "received left over");
    }

    [Fact]
    public void Kill_fails_the_actor_so_that_its_supervisor_stops_it()
    {
        EventFilter.Exception<ActorKilledException>().ExpectOne(() =>
        {
            var actor = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));
            Watch(actor);
            actor.Tell(Kill.Instance);
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void Messages_to_an_ended_actor_are_dead_letters()
    {
        var actor = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);

        EventFilter.DeadLetter<string>(message => message == "hello?").ExpectOne(() => actor.Tell("hello?"));
    }

    [Fact]
    public void Messages_to_nobody_in_particular_are_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.ActorSelection("/user/none").Tell("hello?", TestActor);

        Assert.Equal("hello?", ExpectMsg<DeadLetter>().Message);
        Sys.DeadLetters.Tell("direct", TestActor);
        Assert.Equal("direct", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void Messages_that_ask_for_it_are_no_dead_letters()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(DeadLetter));
        Sys.DeadLetters.Tell(new Suppressed(), TestActor);
        Sys.DeadLetters.Tell("marker", TestActor);

        Assert.Equal("marker", ExpectMsg<DeadLetter>().Message);
    }

    [Fact]
    public void The_ignore_reference_drops_without_a_trace()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(AllDeadLetters));
        Sys.IgnoreRef.Tell("nothing", TestActor);

        ExpectNoMsg(Quiet);
    }

    [Fact]
    public async Task GracefulStop_waits_for_the_end()
    {
        var actor = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));

        Assert.True(await actor.GracefulStop(Deadline));
        Assert.True(await actor.GracefulStop(Deadline));
    }

    [Fact]
    public async Task GracefulStop_may_stop_with_a_message_of_ones_own_and_gives_up_in_time()
    {
        var deaf = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));

        Assert.False(await deaf.GracefulStop(Quiet, "please"));
    }

    [Fact]
    public void A_context_stops_its_children_and_itself()
    {
        var parent = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));
        parent.Tell(Props.Create(() => new Recorder(CreateTestProbe().Ref, false)));
        var child = ExpectMsg<IActorRef>();
        Watch(child);
        Watch(parent);
        Sys.Stop(parent);

        // Which of two actors' watchers hears first is not promised, not even where one stops the other.
        var first = ExpectMsg<Terminated>().ActorRef;
        var second = ExpectMsg<Terminated>().ActorRef;
        Assert.Equal([child.Path, parent.Path], new[] { first.Path, second.Path }.OrderByDescending(path => path.Elements.Count));
    }

    [Fact]
    public void Stopping_twice_is_stopping_once()
    {
        var hooks = CreateTestProbe();
        var actor = ActorOf(() => new Recorder(hooks.Ref, false));
        Watch(actor);
        Sys.Stop(actor);
        Sys.Stop(actor);
        actor.Tell(PoisonPill.Instance);
        ExpectTerminated(actor);

        Assert.Single(hooks.ReceiveWhile<Recorder.Hook>(message => message as Recorder.Hook, Quiet), hook => hook.What == "PostStop");
    }

    private sealed class Suppressed : IDeadLetterSuppression;
}
