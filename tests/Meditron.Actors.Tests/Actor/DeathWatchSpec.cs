namespace Meditron.Actors.Tests.Specs;

public class DeathWatchSpec : ActorSpec
{
    [Fact]
    public void The_end_of_a_watched_actor_is_told_once()
    {
        var actor = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));
        Watch(actor);
        Watch(actor);
        Sys.Stop(actor);

        var terminated = ExpectTerminated(actor);
        Assert.True(terminated.ExistenceConfirmed);
        Assert.False(terminated.AddressTerminated);
        Assert.Equal(actor, LastSender);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Watching_an_actor_that_is_dead_already_tells_of_its_end_too()
    {
        var actor = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);

        var late = CreateTestProbe();
        late.Watch(actor);
        late.ExpectTerminated(actor);
        late.ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Every_watcher_is_told()
    {
        var actor = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));
        var watchers = Enumerable.Range(0, 5).Select(_ => CreateTestProbe()).ToList();
        watchers.ForEach(watcher => watcher.Watch(actor));
        actor.Tell(PoisonPill.Instance);

        watchers.ForEach(watcher => watcher.ExpectTerminated(actor));
    }

    [Fact]
    public void An_unwatched_actors_end_is_not_told()
    {
        var actor = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));
        var other = CreateTestProbe();
        Watch(actor);
        other.Watch(actor);
        Unwatch(actor);
        Sys.Stop(actor);

        other.ExpectTerminated(actor);
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void Terminated_comes_after_everything_the_actor_told_before()
    {
        for (var round = 0; round < 50; round++)
        {
            var talker = ActorOf(() => new Talker(TestActor, 20));
            Watch(talker);
            talker.Tell("talk");

            for (var i = 0; i < 20; i++)
            {
                ExpectMsg(i);
            }

            ExpectTerminated(talker);
        }
    }

    [Fact]
    public void Unwatching_takes_back_a_Terminated_that_is_queued_already()
    {
        var victim = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));
        var dead = CreateTestProbe();
        dead.Watch(victim);
        var watcher = ActorOf(() => new Watcher(TestActor));
        watcher.Tell(victim);
        ExpectMsg("watching");

        // While the watcher is busy, the victim ends; what the watcher does next is to unwatch it.
        using var gate = new ManualResetEventSlim();
        watcher.Tell(new Action(() =>
        {
            TestActor.Tell("busy", ActorRefs.NoSender);
            gate.Wait(Deadline);
        }));
        ExpectMsg("busy");
        watcher.Tell("unwatch");
        Sys.Stop(victim);
        dead.ExpectTerminated(victim);
        gate.Set();

        ExpectMsg("unwatched");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void WatchWith_tells_the_given_message_instead()
    {
        var victim = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));
        var watcher = ActorOf(() => new Watcher(TestActor));
        watcher.Tell((victim, "it is gone"));
        ExpectMsg("watching");
        Sys.Stop(victim);

        ExpectMsg("it is gone");
    }

    [Fact]
    public void An_end_that_a_watcher_does_not_handle_ends_the_watcher()
    {
        EventFilter.Exception<DeathPactException>().ExpectOne(() =>
        {
            var victim = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));
            var watcher = ActorOf(() => new Unprepared());
            Watch(watcher);
            watcher.Tell(victim);
            ExpectMsg("watching");
            Sys.Stop(victim);

            ExpectTerminated(watcher);
        });
    }

    [Fact]
    public void Watching_goes_on_over_a_restart_of_the_watched()
    {
        EventFilter.Exception<InvalidOperationException>().Mute();
        var hooks = CreateTestProbe();
        var actor = ActorOf(() => new Recorder(hooks.Ref, false));
        Watch(actor);
        actor.Tell(new InvalidOperationException("boom"));
        hooks.FishForMessage<Recorder.Hook>(hook => hook.What == "PostRestart boom");
        ExpectNoMsg(Quiet);
        Sys.Stop(actor);

        ExpectTerminated(actor);
    }

    [Fact]
    public async Task WatchAsync_completes_when_the_actor_ends()
    {
        var actor = ActorOf(() => new Recorder(CreateTestProbe().Ref, false));
        var ended = actor.WatchAsync();
        Assert.False(ended.IsCompleted);
        Sys.Stop(actor);

        Assert.True(await ended.WaitAsync(Deadline));
    }

    private sealed class Talker(IActorRef listener, int count) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            for (var i = 0; i < count; i++)
            {
                listener.Tell(i);
            }

            Context.Stop(Self);
        }
    }

    private sealed class Watcher : ReceiveActor
    {
        private IActorRef? _watched;

        public Watcher(IActorRef listener)
        {
            Receive<IActorRef>(subject =>
            {
                _watched = Context.Watch(subject);
                listener.Tell("watching");
            });
            Receive<(IActorRef Subject, string Message)>(request =>
            {
                Context.WatchWith(request.Subject, request.Message);
                listener.Tell("watching");
            });
            Receive<string>(message => message == "unwatch", _ =>
            {
                Context.Unwatch(_watched!);
                listener.Tell("unwatched");
            });
            Receive<Action>(action => action());
            ReceiveAny(listener.Forward);
        }
    }

    private sealed class Unprepared : ReceiveActor
    {
        public Unprepared() => Receive<IActorRef>(subject =>
        {
            Context.Watch(subject);
            Sender.Tell("watching");
        });
    }
}
