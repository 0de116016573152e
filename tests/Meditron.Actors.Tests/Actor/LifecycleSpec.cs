namespace Meditron.Actors.Tests.Specs;

public class LifecycleSpec : ActorSpec
{
    [Fact]
    public void Hooks_of_a_start_and_a_stop_come_in_order()
    {
        var actor = ActorOf(() => new Recorder(TestActor, false));
        actor.Tell("hello");
        var instance = ExpectHook("constructed");
        Assert.Equal(instance, ExpectHook("PreStart"));
        Assert.Equal(instance, ExpectHook("received hello"));
        Watch(actor);
        Sys.Stop(actor);

        Assert.Equal(instance, ExpectHook("PostStop"));
        ExpectTerminated(actor);
    }

    [Fact]
    public void Hooks_of_a_restart_come_in_order_on_the_old_and_the_new_instance()
    {
        var actor = Started();

        actor.Tell(new InvalidOperationException("boom"));

        var old = ExpectHook("PreRestart boom InvalidOperationException");
        Assert.Equal(old, ExpectHook("PostStop"));
        var fresh = ExpectHook("constructed");
        Assert.NotEqual(old, fresh);
        Assert.Equal(fresh, ExpectHook("PostRestart boom"));
        Assert.Equal(fresh, ExpectHook("PreStart"));
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_restart_keeps_reference_path_and_uid_and_begins_with_fresh_state()
    {
        var actor = Started();
        var (path, uid) = (actor.Path, actor.Path.Uid);
        actor.Tell(5);
        actor.Tell(new InvalidOperationException("boom"));
        actor.Tell("state");

        Assert.Equal(0, FishForMessage<int>(_ => true));
        Assert.Equal(actor, LastSender);
        Assert.Equal((path, uid), (LastSender.Path, LastSender.Path.Uid));
    }

    [Fact]
    public void Messages_queued_before_a_failure_are_processed_after_the_restart_and_the_failing_one_is_dropped()
    {
        var actor = Started();
        using var gate = new ManualResetEventSlim();
        actor.Tell(new Action(() => gate.Wait(Deadline)));
        actor.Tell(new InvalidOperationException("boom"));
        actor.Tell("one");
        actor.Tell("two");
        gate.Set();

        ExpectHook("PreRestart boom InvalidOperationException");
        ExpectHook("PostStop");
        ExpectHook("constructed");
        ExpectHook("PostRestart boom");
        var fresh = ExpectHook("PreStart");
        Assert.Equal(fresh, ExpectHook("received one"));
        Assert.Equal(fresh, ExpectHook("received two"));
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void A_restart_stops_the_children()
    {
        var actor = Started();
        actor.Tell(Props.Create(() => new Recorder(TestActor, false)));
        var child = FishForMessage<IActorRef>(_ => true);
        Watch(child);

        actor.Tell(new InvalidOperationException("boom"));

        FishForMessage<Terminated>(terminated => terminated.ActorRef.Equals(child));
    }

    [Fact]
    public void Children_that_the_restart_hook_spares_are_restarted()
    {
        var child = CreateTestProbe();
        var actor = ActorOf(() => new Recorder(TestActor, true));
        actor.Tell(Props.Create(() => new Recorder(child.Ref, false)));
        var reference = FishForMessage<IActorRef>(_ => true);
        child.FishForMessage<Recorder.Hook>(hook => hook.What == "PreStart");

        actor.Tell(new InvalidOperationException("boom"));

        child.FishForMessage<Recorder.Hook>(hook => hook.What.StartsWith("PreRestart boom", StringComparison.Ordinal));
        child.FishForMessage<Recorder.Hook>(hook => hook.What == "PostRestart boom");
        reference.Tell("alive");
        child.FishForMessage<Recorder.Hook>(hook => hook.What == "received alive");
    }

    [Fact]
    public void The_new_instance_is_created_only_after_all_children_have_stopped()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Started();
        actor.Tell(Props.Create(() => new SlowToStop(gate.Task)));
        FishForMessage<IActorRef>(_ => true);

        actor.Tell(new InvalidOperationException("boom"));
        FishForMessage<Recorder.Hook>(hook => hook.What == "PostStop");
        actor.Tell("held back");
        ExpectNoMsg(Quiet);

        gate.SetResult();
        ExpectHook("constructed");
        ExpectHook("PostRestart boom");
        ExpectHook("PreStart");
        ExpectHook("received held back");
    }

    [Fact]
    public void An_actor_that_cannot_be_constructed_is_stopped()
    {
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() =>
        {
            var actor = ActorOf(() => new FailsIn("constructor"));
            Watch(actor);
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void An_actor_that_fails_in_PreStart_is_stopped()
    {
        EventFilter.Exception<ActorInitializationException>().ExpectOne(() =>
        {
            var actor = ActorOf(() => new FailsIn("PreStart"));
            Watch(actor);
            ExpectTerminated(actor);
        });
    }

    [Fact]
    public void An_actor_that_fails_in_PostRestart_is_stopped()
    {
        EventFilter.Exception<Exception>().Mute();
        var actor = ActorOf(() => new FailsIn("PostRestart"));
        Watch(actor);
        actor.Tell("fail");

        ExpectTerminated(actor);
    }

    [Fact]
    public void What_a_PreRestart_hook_throws_is_logged_with_the_message_that_the_actor_failed_at()
    {
        EventFilter.Exception<Exception>().Mute();
        Sys.EventStream.Subscribe(TestActor, typeof(Error));
        var actor = ActorOf(() => new FailsIn("PreRestart"));
        actor.Tell("fail");

        var thrown = Assert.IsType<PreRestartException>(FishForMessage<Error>(error => error.Cause is PreRestartException).Cause);
        Assert.Equal(("fails in PreRestart", "fail", actor), (thrown.RestartException.Message, thrown.OptionalMessage, thrown.Actor));
    }

    [Fact]
    public void A_failing_PreRestart_hook_does_not_prevent_the_restart()
    {
        EventFilter.Exception<Exception>().Mute();
        var actor = ActorOf(() => new FailsIn("PreRestart"));
        actor.Tell("fail");
        actor.Tell("ping");

        ExpectMsg("pong");
    }

    [Fact]
    public void A_failing_PostStop_hook_does_not_prevent_the_stop()
    {
        EventFilter.Exception<Exception>().Mute();
        var actor = ActorOf(() => new FailsIn("PostStop"));
        Watch(actor);
        Sys.Stop(actor);

        ExpectTerminated(actor);
    }

    [Fact]
    public void An_actor_cannot_be_made_with_new()
    {
        var listener = TestActor;
        Exception? thrown = null;

        // A thread of its own: the test's may carry the test actor's context.
        var thread = new Thread(() => thrown = Record.Exception(() => new Recorder(listener)));
        thread.UnsafeStart();
        Assert.True(thread.Join(Deadline));

        Assert.IsType<ActorInitializationException>(thrown);
    }

    [BundledFact("later versions of Akka.NET throw ArgumentNullException")]
    public void Null_cannot_be_told()
    {
        Assert.Throws<InvalidMessageException>(() => TestActor.Tell(null!));
    }

    [Fact]
    public void A_parent_stops_after_its_children()
    {
        var parent = Started();
        parent.Tell(Props.Create(() => new Recorder(TestActor, false)));

        // The child may report its start before its parent answers.
        var child = ReceiveN(3).OfType<IActorRef>().Single();
        Sys.Stop(parent);

        ExpectHook("PostStop");
        Assert.Equal(child, LastSender);
        ExpectHook("PostStop");
        Assert.Equal(parent, LastSender);
    }

    private IActorRef Started()
    {
        EventFilter.Exception<InvalidOperationException>().Mute();
        var actor = ActorOf(() => new Recorder(TestActor, false));
        ExpectHook("constructed");
        ExpectHook("PreStart");
        return actor;
    }

    private int ExpectHook(string what)
    {
        var hook = ExpectMsg<Recorder.Hook>();
        Assert.Equal(what, hook.What);
        return hook.Instance;
    }

    private sealed class SlowToStop(Task gate) : UntypedActor
    {
        protected override void PostStop() => gate.Wait(Deadline);

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class FailsIn : ReceiveActor
    {
        private readonly string _where;

        public FailsIn(string where)
        {
            _where = where;
            Fail("constructor");
            Receive<string>(message => message == "fail", _ => throw new InvalidOperationException("told to fail"));
            Receive<string>(message => message == "ping", _ => Sender.Tell("pong"));
        }

        protected override void PreStart() => Fail("PreStart");

        protected override void PostStop() => Fail("PostStop");

        protected override void PreRestart(Exception reason, object message) => Fail("PreRestart");

        protected override void PostRestart(Exception reason) => Fail("PostRestart");

        private void Fail(string where)
        {
            if (_where == where)
            {
                throw new InvalidOperationException($"fails in {where}");
            }
        }
    }
}
