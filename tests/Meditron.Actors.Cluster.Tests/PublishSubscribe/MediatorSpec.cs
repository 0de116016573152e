using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Nodes;
using Meditron.Actors.Cluster.Tools.PublishSubscribe;
using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster.Tests.PublishSubscribe;

/// <summary>A mediator alone on its node.</summary>
public class MediatorSpec
{
    [Fact]
    public async Task Subscribers_of_a_topic_get_what_is_published_once_with_its_sender()
    {
        await using var node = TestNode.Start();
        var (a, b) = (new Receiver(node, "a"), new Receiver(node, "b"));
        await a.Subscribes("news");
        await a.Subscribes("news");
        await b.Subscribes("news");
        await b.Subscribes("other");
        for (var i = 0; i < 3; i++)
        {
            a.Mediator.Tell(new Publish("news", $"n{i}"), a.Ref);
        }

        a.Mediator.Tell(new Publish("other", "end"), a.Ref);
        await b.Got("end");
        Assert.Equal(["n0", "n1", "n2", "end"], b.Texts);
        Assert.Equal(["n0", "n1", "n2"], a.Texts);
        Assert.All(b.Senders, s => Assert.Equal(a.Ref, s));
    }

    [Fact]
    public async Task After_unsubscribing_or_stopping_nothing_is_delivered_any_more()
    {
        await using var node = TestNode.Start();
        var (a, b, c) = (new Receiver(node, "a"), new Receiver(node, "b"), new Receiver(node, "c"));
        await a.Subscribes("news");
        await b.Subscribes("news");
        await c.Subscribes("news");
        Assert.IsType<UnsubscribeAck>(await a.Mediator.Ask(new Unsubscribe("news", a.Ref), TestNode.Deadline));
        await b.Stops();
        a.Mediator.Tell(new Publish("news", "x"));
        await c.Got("x");
        Assert.Empty(a.Texts);
        Assert.Empty(b.Texts);
    }

    [Fact]
    public async Task One_of_each_group_gets_a_message_for_groups_and_nobody_else()
    {
        await using var node = TestNode.Start("akka.cluster.pub-sub.routing-logic = round-robin");
        var (a, b, c, alone) = (new Receiver(node, "a"), new Receiver(node, "b"), new Receiver(node, "c"), new Receiver(node, "alone"));
        await a.Subscribes("work", "g1");
        await b.Subscribes("work", "g1");
        await c.Subscribes("work", "g2");
        await alone.Subscribes("work");
        for (var i = 0; i < 4; i++)
        {
            a.Mediator.Tell(new Publish("work", $"w{i}", sendOneMessageToEachGroup: true));
        }

        a.Mediator.Tell(new Publish("work", "all"));
        await c.Got("w3");
        await alone.Got("all");
        await a.Got(2);
        await b.Got(2);
        Assert.Equal(["w0", "w1", "w2", "w3"], a.Texts.Concat(b.Texts).Order(StringComparer.Ordinal));
        Assert.Equal(["w0", "w1", "w2", "w3"], c.Texts);
        Assert.Equal(["all"], alone.Texts);
    }

    [Fact]
    public async Task A_registered_actor_is_reached_by_its_path_until_it_is_removed_or_stops()
    {
        await using var node = TestNode.Start();
        var dead = Dead(node);
        var (a, b) = (new Receiver(node, "a"), new Receiver(node, "b"));
        a.Mediator.Tell(new Put(a.Ref));
        a.Mediator.Tell(new Put(b.Ref));
        a.Mediator.Tell(new Send("/user/a", "1"));
        a.Mediator.Tell(new Send("/user/a", "2", localAffinity: true));
        a.Mediator.Tell(new SendToAll("/user/a", "3"));
        await a.Got("3");
        a.Mediator.Tell(new SendToAll("/user/a", "4", excludeSelf: true));
        Assert.Equal("4", (await dead.WaitFor<DeadLetter>(d => d.Message is string)).Message);
        a.Mediator.Tell(new Remove("/user/a"));
        a.Mediator.Tell(new Send("/user/a", "5"));
        await dead.WaitFor<DeadLetter>(d => d.Message.Equals("5"));
        await b.Stops();
        a.Mediator.Tell(new Send("/user/b", "6", localAffinity: true));
        await dead.WaitFor<DeadLetter>(d => d.Message.Equals("6"));
        Assert.Equal(["1", "2", "3"], a.Texts);
    }

    [Fact]
    public async Task What_nobody_receives_goes_to_the_dead_letters_as_it_was_sent()
    {
        await using var node = TestNode.Start();
        var dead = Dead(node);
        var sender = new Receiver(node, "a");
        object[] messages =
        [
            new Publish("nobody", "1"), new Publish("nobody", "2", sendOneMessageToEachGroup: true), new Send("/user/nobody", "3"), new SendToAll("/user/nobody", "4"),
        ];
        foreach (var message in messages)
        {
            sender.Mediator.Tell(message, sender.Ref);
        }

        await dead.WaitFor<DeadLetter>(d => d.Message.Equals("4"));
        Assert.Equal(["1", "2", "3", "4"], dead.Events.Cast<DeadLetter>().Select(d => d.Message));
        Assert.All(dead.Events.Cast<DeadLetter>(), d => Assert.Equal(sender.Ref, d.Sender));
    }

    [Fact]
    public async Task It_does_not_where_that_is_switched_off()
    {
        await using var node = TestNode.Start("akka.cluster.pub-sub.send-to-dead-letters-when-no-subscribers = off");
        var dead = Dead(node);
        var a = new Receiver(node, "a");
        a.Mediator.Tell(new Publish("nobody", "1"));
        a.Mediator.Tell(new Send("/user/nobody", "2"));
        await a.Subscribes("news");
        Assert.Empty(dead.Events);
    }

    [Fact]
    public async Task The_topics_are_known()
    {
        await using var node = TestNode.Start();
        var a = new Receiver(node, "a");
        await a.Subscribes("t1");
        await a.Subscribes("t2", "g1");
        await a.Subscribes("t2", "g2");
        a.Mediator.Tell(new Put(a.Ref));
        var topics = await a.Mediator.Ask<CurrentTopics>(GetTopics.Instance, TestNode.Deadline);
        Assert.Equal(["t1", "t2"], topics.Topics);
        await a.Mediator.Ask<UnsubscribeAck>(new Unsubscribe("t1", a.Ref), TestNode.Deadline);
        topics = await a.Mediator.Ask<CurrentTopics>(GetTopics.Instance, TestNode.Deadline);
        Assert.Equal(["t2"], topics.Topics);
    }

    [Fact]
    public async Task Without_the_role_there_is_no_mediator()
    {
        await using var node = TestNode.Start("akka.cluster.pub-sub.role = hub");
        var extension = DistributedPubSub.Get(node.System);
        Assert.True(extension.IsTerminated);
        Assert.Equal(node.System.DeadLetters, extension.Mediator);
    }

    private static EventRecorder Dead(TestNode node)
    {
        var dead = new EventRecorder();
        node.System.EventStream.Subscribe(node.System.ActorOf(dead.Props), typeof(DeadLetter));
        return dead;
    }
}
