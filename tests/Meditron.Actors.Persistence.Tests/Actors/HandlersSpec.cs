using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests.Actors;

public sealed class HandlersSpec() : PersistenceSpec(new MemoryStore(), """test.gate.class = "Meditron.Actors.Persistence.Tests.Actors.Gate, Meditron.Actors.Persistence.Tests" """)
{
    [Fact]
    public void An_asynchronous_command_persists_after_it_has_waited_and_the_next_command_comes_after_its_handler()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Waiter(Pid, release.Task)));
        actor.Tell("wait");
        actor.Tell("state");
        ExpectMsg("waits");
        ExpectNoMsg(Quiet);
        release.SetResult();

        ExpectMsg("done waited");
        ExpectMsg("state: waited");
    }

    [Fact]
    public void An_asynchronous_command_that_fails_restarts_the_actor()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var actor = Sys.ActorOf(Props.Create(() => new Waiter(Pid, release.Task)));
        actor.Tell("wait");
        ExpectMsg("waits");
        EventFilter.Exception<InvalidOperationException>("as told").ExpectOne(() => release.SetException(new InvalidOperationException("as told")));
        actor.Tell("state");

        ExpectMsg("state: ");
    }

    [Fact]
    public void Behaviours_are_stacked_and_unstacked()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Moody(Pid)));
        actor.Tell("hello");
        ExpectMsg("hello");
        actor.Tell("angry");
        actor.Tell("hello");
        ExpectMsg("HELLO");
        actor.Tell("calm");
        actor.Tell("hello");
        ExpectMsg("hello");
    }

    [Fact]
    public void An_untyped_actor_gets_events_and_commands_in_its_two_methods()
    {
        var actor = Sys.ActorOf(Props.Create(() => new Untyped(Pid)));
        actor.Tell("a");
        ExpectMsg("[a]");
        actor.Tell("b");
        ExpectMsg("[a,b]");
        StopAndWait(actor);
        Sys.ActorOf(Props.Create(() => new Untyped(Pid))).Tell("c");
        ExpectMsg("[a,b,c]");
    }

    [Fact]
    public void A_message_without_a_handler_is_published_as_unhandled()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Event.UnhandledMessage));
        Sys.ActorOf(Props.Create(() => new Moody(Pid))).Tell(17);

        Assert.Equal(17, ExpectMsg<Event.UnhandledMessage>().Message);
    }

    [Fact]
    public void Handlers_are_declared_in_the_constructor_and_in_Become_alone()
    {
        Sys.ActorOf(Props.Create(() => new Late(Pid))).Tell("now");

        ExpectMsg<InvalidOperationException>();
        ExpectMsg<InvalidOperationException>();
    }

    [Fact]
    public void A_full_stash_of_the_actors_own_fails_the_actor()
    {
        EventFilter.Exception<StashOverflowException>().Expect(1, () => Overflow(Sys.ActorOf(Props.Create(() => new Slow(Pid, null)).WithStashCapacity(2))));
    }

    [Fact]
    public void A_full_stash_of_the_actors_own_can_answer_instead()
    {
        Overflow(Sys.ActorOf(Props.Create(() => new Slow(Pid, new ReplyToStrategy("busy"))).WithStashCapacity(2)));

        ExpectMsg("busy");
    }

    [Fact]
    public void A_full_stash_of_the_actors_own_can_drop_instead()
    {
        EventFilter.DeadLetter<string>(text => text == "3").ExpectOne(() => Overflow(Sys.ActorOf(Props.Create(() => new Slow(Pid, DiscardToDeadLetterStrategy.Instance)).WithStashCapacity(2))));
    }

    private static void Overflow(IActorRef actor)
    {
        foreach (var each in new[] { "1", "2", "3" })
        {
            actor.Tell(each);
        }
    }

    private sealed class Waiter : ReceivePersistentActor
    {
        private string _state = "";

        public Waiter(string persistenceId, Task release)
        {
            PersistenceId = persistenceId;
            Recover<string>(each => _state += each);
            CommandAsync<string>(text => text == "wait", async _ =>
            {
                var sender = Sender;
                sender.Tell("waits");
                await release;
                Persist("waited", each =>
                {
                    _state += each;
                    sender.Tell($"done {each}");
                });
            });
            Command<string>(text => Sender.Tell($"{text}: {_state}", Self));
        }

        public override string PersistenceId { get; }
    }

    private sealed class Moody : ReceivePersistentActor
    {
        public Moody(string persistenceId)
        {
            PersistenceId = persistenceId;
            Command<string>(text => text == "angry", _ => BecomeStacked(Angry));
            Command<string>(text => Sender.Tell(text, Self));
        }

        public override string PersistenceId { get; }

        private void Angry()
        {
            Command<string>(text => text == "calm", _ => UnbecomeStacked());
            Command<string>(text => Sender.Tell(text.ToUpperInvariant()));
        }
    }

    private sealed class Untyped(string persistenceId) : UntypedPersistentActor
    {
        private readonly List<object> _state = [];

        public override string PersistenceId { get; } = persistenceId;

        protected override void OnCommand(object message) => Persist(message, each =>
        {
            _state.Add(each);
            Sender.Tell($"[{string.Join(',', _state)}]");
        });

        protected override void OnRecover(object message)
        {
            if (message is string)
            {
                _state.Add(message);
            }
        }
    }

    private sealed class Late : ReceivePersistentActor
    {
        public Late(string persistenceId)
        {
            PersistenceId = persistenceId;
            CommandAny(_ =>
            {
                Refused(() => Command<int>(_ => { }));
                Refused(() => Recover<int>(_ => { }));
            });
        }

        public override string PersistenceId { get; }

        private void Refused(Action declare)
        {
            try
            {
                declare();
            }
            catch (InvalidOperationException refused)
            {
                Sender.Tell(refused);
            }
        }
    }

    /// <summary>Never gets its snapshot, so that all commands wait.</summary>
    private sealed class Slow : ReceivePersistentActor
    {
        private readonly IStashOverflowStrategy? _strategy;

        public Slow(string persistenceId, IStashOverflowStrategy? strategy)
        {
            PersistenceId = persistenceId;
            SnapshotPluginId = "test.gate";
            _strategy = strategy;
        }

        public override string PersistenceId { get; }

        public override IStashOverflowStrategy InternalStashOverflowStrategy => _strategy ?? base.InternalStashOverflowStrategy;
    }
}
