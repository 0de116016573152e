namespace Meditron.Actors.Tests.Specs;

public class AsyncHandlerSpec : ActorSpec
{
    [Fact]
    public void No_other_message_is_processed_until_the_handler_has_ended()
    {
        var actor = ActorOf(() => new Async(TestActor));
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        actor.Tell(gate.Task);
        actor.Tell("next");
        ExpectMsg("waiting");
        ExpectNoMsg(Quiet);

        gate.SetResult();
        ExpectMsg("waited");
        ExpectMsg("next");
    }

    [Fact]
    public void Self_sender_and_context_are_kept_over_an_await()
    {
        var actor = ActorOf(() => new Async(TestActor), "asynchronous");
        var sender = CreateTestProbe();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        sender.Send(actor, ("who", gate.Task));
        ExpectMsg("waiting");
        gate.SetResult();

        ExpectMsg((actor, sender.Ref, actor));
        sender.ExpectMsg("you");
        Assert.Equal(actor, sender.LastSender);
    }

    [Fact]
    public void A_failure_before_the_first_await_goes_to_supervision()
    {
        EventFilter.Exception<InvalidOperationException>(message: "early").ExpectOne(() =>
        {
            var actor = ActorOf(() => new Async(TestActor));
            actor.Tell(("early", Task.CompletedTask));
            ExpectMsg("restarting early");
        });
    }

    [Fact]
    public void A_failure_after_an_await_goes_to_supervision()
    {
        EventFilter.Exception<InvalidOperationException>(message: "late").ExpectOne(() =>
        {
            var actor = ActorOf(() => new Async(TestActor));
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            actor.Tell(("late", gate.Task));
            actor.Tell("next");
            ExpectMsg("waiting");
            gate.SetResult();
            ExpectMsg("restarting late");
            ExpectMsg("next");
        });
    }

    [Fact]
    public void The_awaited_exception_itself_goes_to_supervision()
    {
        EventFilter.Exception<TimeoutException>().ExpectOne(() =>
        {
            var actor = ActorOf(() => new Async(TestActor));
            var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            actor.Tell(gate.Task);
            ExpectMsg("waiting");
            gate.SetException(new TimeoutException("slow"));
            ExpectMsg("restarting slow");
        });
    }

    [Fact]
    public void Many_awaits_run_one_after_the_other_in_the_actors_turn()
    {
        var actor = ActorOf(() => new Counting());
        for (var i = 0; i < 50; i++)
        {
            actor.Tell("count");
        }

        actor.Tell("result", TestActor);
        ExpectMsg((500, 1));
    }

    [Fact]
    public void Predicates_choose_the_asynchronous_handler()
    {
        var actor = ActorOf(() => new Choosing());
        actor.Tell(1);
        ExpectMsg("one");
        actor.Tell(2);
        ExpectMsg("other");
        actor.Tell("text");
        ExpectMsg("any");
    }

    [Fact]
    public void A_stop_ends_an_actor_that_waits()
    {
        var actor = ActorOf(() => new Async(TestActor));
        Watch(actor);
        actor.Tell(new TaskCompletionSource().Task);
        ExpectMsg("waiting");
        Sys.Stop(actor);

        ExpectTerminated(actor);
    }

    [Fact]
    public void RunTask_of_an_untyped_actor_holds_messages_back_too()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = ActorOf(() => new Untyped(gate.Task));
        actor.Tell("run");
        actor.Tell("next");
        ExpectMsg("running");
        ExpectNoMsg(Quiet);
        gate.SetResult();

        ExpectMsg("ran");
        ExpectMsg("next");
    }

    private sealed class Async : ReceiveActor
    {
        private readonly IActorRef _listener;

        public Async(IActorRef listener)
        {
            _listener = listener;
            ReceiveAsync<Task>(async task =>
            {
                listener.Tell("waiting");
                await task;
                listener.Tell("waited");
            });
            ReceiveAsync<(string What, Task Gate)>(async request =>
            {
                if (request.What == "early")
                {
                    throw new InvalidOperationException("early");
                }

                listener.Tell("waiting");
                await request.Gate;
                if (request.What == "late")
                {
                    throw new InvalidOperationException("late");
                }

                listener.Tell((Self, Sender, Context.Self));
                Sender.Tell("you");
            });
            ReceiveAny(listener.Tell);
        }

        protected override void PreRestart(Exception reason, object message)
        {
            _listener.Tell($"restarting {reason.Message}");
            base.PreRestart(reason, message);
        }
    }

    private sealed class Counting : ReceiveActor
    {
        private int _count;

        private int _inside;

        private int _most;

        public Counting()
        {
            ReceiveAsync<string>(message => message == "count", async _ =>
            {
                for (var i = 0; i < 10; i++)
                {
                    _most = Math.Max(_most, ++_inside);
                    _count++;
                    _inside--;
                    await Task.Yield();
                }
            });
            Receive<string>(_ => Sender.Tell((_count, _most)));
        }
    }

    private sealed class Choosing : ReceiveActor
    {
        public Choosing()
        {
            ReceiveAsync<int>(
                async _ =>
                {
                    await Task.Yield();
                    Sender.Tell("one");
                },
                number => number == 1);
            ReceiveAsync<int>(async _ =>
            {
                await Task.Yield();
                Sender.Tell("other");
            });
            ReceiveAnyAsync(async _ =>
            {
                await Task.Yield();
                Sender.Tell("any");
            });
        }
    }

    private sealed class Untyped(Task gate) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is not "run")
            {
                Sender.Tell(message);
                return;
            }

            RunTask(async () =>
            {
                Sender.Tell("running");
                await gate;
                Sender.Tell("ran");
            });
        }
    }
}
