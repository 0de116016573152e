using Meditron.Actors.Actor;
using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests.Actors;

public sealed class DeliverySpec() : PersistenceSpec(new MemoryStore())
{
    [Fact]
    public void A_message_is_sent_again_until_it_is_confirmed()
    {
        // One may be on its way when the confirmation comes.
        IgnoreMessages<UnconfirmedWarning>();
        var sender = Start();
        sender.Tell("send a");
        ExpectMsg((1L, "a"));
        ExpectMsg((1L, "a"));
        ExpectMsg((1L, "a"));
        sender.Tell(1L);

        FishForMessage(message => message is "confirmed 1, 0 left");
        ExpectNoMsg(Quiet);
    }

    [Fact]
    public void What_is_not_confirmed_is_sent_again_after_a_restart_and_the_numbers_go_on()
    {
        var sender = Start();
        sender.Tell("send a");
        sender.Tell("send b");
        FishForMessage(message => message is (2L, "b"));
        sender.Tell(1L);
        FishForMessage(message => message is "confirmed 1, 1 left");
        StopAndWait(sender);

        sender = Start();
        FishForMessage(message => message is (2L, "b"));
        sender.Tell("send c");
        FishForMessage(message => message is (3L, "c"));
        sender.Tell("snapshot");
        FishForMessage(message => message is "saved");
        StopAndWait(sender);
        while (HasMessages)
        {
            ReceiveOne();
        }

        Start();
        var first = ExpectMsg<(long, string)>();
        var second = ExpectMsg<(long, string)>();
        Assert.Equal([(2L, "b"), (3L, "c")], new[] { first, second }.Order());
    }

    [Fact]
    public void Messages_that_nobody_confirms_are_told_of()
    {
        Start().Tell("send a");

        var warning = (UnconfirmedWarning)FishForMessage(message => message is UnconfirmedWarning);
        Assert.Equal(1, Assert.Single(warning.UnconfirmedDeliveries).DeliveryId);
    }

    [Fact]
    public void Too_many_unconfirmed_messages_are_refused()
    {
        // Stopped, since a restarted one would recover what it could not keep, and fail again.
        var sender = ChildActorOf(Props.Create(() => new Postman(Pid, TestActor)), SupervisorStrategy.StoppingStrategy);
        EventFilter.Exception<MaxUnconfirmedMessagesExceededException>().ExpectOne(() =>
        {
            for (var i = 0; i < 6; i++)
            {
                sender.Tell($"send {i}");
            }
        });
    }

    [Fact]
    public void Selections_with_wildcards_are_refused()
    {
        Start().Tell("wildcard");

        FishForMessage(message => message is ArgumentException);
    }

    private IActorRef Start() => Sys.ActorOf(Props.Create(() => new Postman(Pid, TestActor)));

    private sealed class Postman : AtLeastOnceDeliveryReceiveActor
    {
        private readonly IActorRef _target;

        public Postman(string persistenceId, IActorRef target)
            : base(settings => settings.WithRedeliverInterval(TimeSpan.FromMilliseconds(40)).WithUnconfirmedAttemptsToWarn(3).WithMaxUnconfirmedMessages(5))
        {
            PersistenceId = persistenceId;
            _target = target;
            Recover<string>(Send);
            Recover<long>(id => ConfirmDelivery(id));
            Recover<SnapshotOffer>(offer => SetDeliverySnapshot((AtLeastOnceDeliverySnapshot)offer.Snapshot));
            Command<string>(text => text == "snapshot", _ => SaveSnapshot(GetDeliverySnapshot()));
            Command<string>(text => text == "wildcard", _ => Refuse());
            Command<string>(text => Persist(text["send ".Length..], Send));
            Command<long>(id => Persist(id, each =>
            {
                if (ConfirmDelivery(each))
                {
                    _target.Tell($"confirmed {each}, {UnconfirmedCount} left");
                }
            }));
            Command<SaveSnapshotSuccess>(_ => _target.Tell("saved"));
            Command<UnconfirmedWarning>(warning => _target.Tell(warning));
        }

        public override string PersistenceId { get; }

        private void Send(string text) => Deliver(Context.ActorSelection(_target.Path), id => (id, text));

        private void Refuse()
        {
            try
            {
                Deliver(Context.ActorSelection("/user/*"), id => id);
            }
            catch (ArgumentException refused)
            {
                _target.Tell(refused);
            }
        }
    }
}
