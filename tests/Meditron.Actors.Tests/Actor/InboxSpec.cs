namespace Meditron.Actors.Tests.Specs;

public class InboxSpec : ActorSpec
{

    public InboxSpec()
        : base("akka.actor.inbox { inbox-size = 3, default-timeout = 20 s }")
    {
    }

    [Fact]
    public void Answers_to_what_an_inbox_sent_come_to_it()
    {
        using var inbox = Inbox.Create(Sys);
        inbox.Send(ActorOf(() => new EchoActor(this)), "hi");

        Assert.Equal("hi", inbox.Receive(Deadline));
    }

    [Fact]
    public void Messages_come_in_order()
    {
        using var inbox = Inbox.Create(Sys);
        inbox.Receiver.Tell(1);
        inbox.Receiver.Tell(2);

        Assert.Equal([1, 2], [inbox.Receive(Deadline), inbox.Receive(Deadline)]);
    }

    [Fact]
    public void A_message_may_be_chosen_and_the_others_stay()
    {
        using var inbox = Inbox.Create(Sys);
        inbox.Receiver.Tell(1);
        inbox.Receiver.Tell("two");

        Assert.Equal("two", inbox.ReceiveWhere(message => message is string, Deadline));
        Assert.Equal(1, inbox.Receive(Deadline));
    }

    [Fact]
    public async Task Waiting_may_be_asynchronous()
    {
        using var inbox = Inbox.Create(Sys);
        var waiting = inbox.ReceiveAsync(Deadline);
        inbox.Receiver.Tell("late");

        Assert.Equal("late", await waiting);
    }

    [Fact]
    public void Nothing_within_the_time_is_an_error()
    {
        using var inbox = Inbox.Create(Sys);

        Assert.Throws<TimeoutException>(() => inbox.Receive(TimeSpan.FromMilliseconds(20)));
    }

    [Fact]
    public void An_inbox_watches()
    {
        using var inbox = Inbox.Create(Sys);
        var (one, other) = (ActorOf<BlackHoleActor>(), ActorOf<BlackHoleActor>());
        inbox.Watch(one);
        Sys.Stop(one);
        Assert.Equal(one, ((Terminated)inbox.Receive(Deadline)).ActorRef);

        inbox.WatchWith(other, "gone");
        Sys.Stop(other);
        Assert.Equal("gone", inbox.Receive(Deadline));
    }

    [Fact]
    public void A_full_inbox_drops_messages_and_warns_once()
    {
        using var inbox = Inbox.Create(Sys);
        EventFilter.Warning().ExpectOne(() =>
        {
            for (var i = 0; i < 5; i++)
            {
                inbox.Receiver.Tell(i);
            }
        });

        Assert.Equal([0, 1, 2], Enumerable.Range(0, 3).Select(_ => inbox.Receive(Deadline)));
    }

    [Fact]
    public void A_disposed_inbox_has_no_actor()
    {
        var inbox = Inbox.Create(Sys);
        Watch(inbox.Receiver);
        inbox.Dispose();

        ExpectTerminated(inbox.Receiver);
    }
}
