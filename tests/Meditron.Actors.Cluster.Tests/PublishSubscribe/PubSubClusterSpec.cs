using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Nodes;
using Meditron.Actors.Cluster.Tools.PublishSubscribe;

namespace Meditron.Actors.Cluster.Tests.PublishSubscribe;

/// <summary>Mediators of several systems over sockets. With a gossip interval of a minute, all but the gossip itself has to be told at once.</summary>
public class PubSubClusterSpec
{
    private const string WithoutGossip = "akka.cluster.pub-sub { gossip-interval = 60s, routing-logic = round-robin }";

    [Fact]
    public async Task Subscribers_on_all_nodes_get_what_any_node_publishes()
    {
        var nodes = await Start(3);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        var receivers = nodes.Select(n => new Receiver(n, "r")).ToArray();
        foreach (var receiver in receivers)
        {
            await receiver.Subscribes("news");
        }

        foreach (var node in nodes)
        {
            await Knows(node, nodes);
        }

        foreach (var publisher in receivers)
        {
            publisher.Mediator.Tell(new Publish("news", $"from {publisher.Ref.Path.Name}"), publisher.Ref);
        }

        foreach (var receiver in receivers)
        {
            await receiver.Got(3);
        }
    }

    [Fact]
    public async Task A_node_that_joins_later_is_told_of_everything_at_once()
    {
        var nodes = await Start(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        var (first, second) = (new Receiver(a, "first"), new Receiver(b, "second"));
        await first.Subscribes("news");
        await second.Subscribes("news", "g");
        await using var c = TestNode.Start(WithoutGossip);
        var third = new Receiver(c, "third");
        await third.Subscribes("mine");
        c.Cluster.Join(a.Address);
        await TestNode.AllUp(a, b, c);
        await Knows(c, a, b);
        await Knows(a, c);
        third.Mediator.Tell(new Publish("news", "1"));
        third.Mediator.Tell(new Publish("news", "2", sendOneMessageToEachGroup: true));
        first.Mediator.Tell(new Publish("mine", "3"));
        await first.Got("1");
        await second.Got("2");
        await third.Got("3");
        Assert.Equal(["1"], first.Texts);
        Assert.Equal(["2"], second.Texts);
    }

    [Fact]
    public async Task Of_a_group_over_several_nodes_one_gets_each_message()
    {
        var nodes = await Start(3);
        await using var a = nodes[0];
        await using var b = nodes[1];
        await using var c = nodes[2];
        var receivers = nodes.Select(n => new Receiver(n, "r")).ToArray();
        foreach (var receiver in receivers)
        {
            await receiver.Subscribes("work", "workers");
        }

        await Knows(a, nodes);
        for (var i = 0; i < 9; i++)
        {
            receivers[0].Mediator.Tell(new Publish("work", $"{i}", sendOneMessageToEachGroup: true));
        }

        foreach (var receiver in receivers)
        {
            await receiver.Got(3);
        }

        Assert.All(receivers, r => Assert.Equal(3, r.Texts.Length));
        Assert.Equal(Enumerable.Range(0, 9).Select(i => $"{i}"), receivers.SelectMany(r => r.Texts).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Actors_are_reached_by_path_on_one_node_on_all_or_on_all_others()
    {
        var nodes = await Start(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        var (here, there) = (new Receiver(a, "service"), new Receiver(b, "service"));
        here.Mediator.Tell(new Put(here.Ref));
        there.Mediator.Tell(new Put(there.Ref));
        await Knows(a, a, b);
        here.Mediator.Tell(new Send("/user/service", "near", localAffinity: true), here.Ref);
        here.Mediator.Tell(new SendToAll("/user/service", "all"), here.Ref);
        here.Mediator.Tell(new SendToAll("/user/service", "others", excludeSelf: true), here.Ref);
        await there.Got("others");
        await here.Got("all");
        Assert.Equal(["near", "all"], here.Texts);
        Assert.Equal(["all", "others"], there.Texts);
        Assert.All(there.Senders, s => Assert.Equal(a.Address, s.Path.Address));
        there.Mediator.Tell(new Remove("/user/service"));
        await Knows(a, a, b);
        here.Mediator.Tell(new SendToAll("/user/service", "left"));
        await here.Got("left");
        Assert.DoesNotContain("left", there.Texts);
    }

    [Fact]
    public async Task What_a_node_had_goes_with_it()
    {
        var nodes = await Start(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        var (here, there) = (new Receiver(a, "here"), new Receiver(b, "there"));
        await there.Subscribes("theirs");
        await Knows(a, b);
        Assert.Equal(["theirs"], await Topics(here));
        await b.Cluster.LeaveAsync().WaitAsync(TestNode.Deadline);
        await a.Sees<ClusterEvent.MemberRemoved>(b);

        // The mediator is told of it as this test is, whichever is first.
        using var deadline = new CancellationTokenSource(TestNode.Deadline);
        while ((await Topics(here)).Any())
        {
            deadline.Token.ThrowIfCancellationRequested();
        }
    }

    [Fact]
    public async Task A_mediator_is_sent_to_from_outside_its_node_too()
    {
        var nodes = await Start(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        var there = new Receiver(b, "there");
        await there.Subscribes("news");
        there.Mediator.Tell(new Put(there.Ref));
        var mediator = a.System.ActorSelection($"{b.Address}/system/distributedPubSubMediator");
        mediator.Tell(new Publish("news", "1"));
        mediator.Tell(new Send("/user/there", "2"));
        mediator.Tell(new SendToAll("/user/there", "3"));
        await there.Got("3");
        Assert.Equal(["1", "2", "3"], there.Texts);
    }

    [Fact]
    public async Task Between_one_publisher_and_one_subscriber_the_order_is_kept()
    {
        var nodes = await Start(2);
        await using var a = nodes[0];
        await using var b = nodes[1];
        var (here, there) = (new Receiver(a, "here"), new Receiver(b, "there"));
        await there.Subscribes("news");
        await Knows(a, b);
        for (var i = 0; i < 1000; i++)
        {
            here.Mediator.Tell(new Publish("news", $"{i}"), here.Ref);
        }

        await there.Got("999");
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), there.Texts);
    }

    [Fact]
    public async Task Gossip_brings_what_was_not_told()
    {
        var nodes = await TestNode.StartCluster(2, "akka.cluster.pub-sub { gossip-interval = 50ms, max-delta-elements = 3 }");
        await using var a = nodes[0];
        await using var b = nodes[1];
        var there = new Receiver(b, "there");
        for (var i = 0; i < 20; i++)
        {
            await there.Subscribes($"t{i}");
        }

        await Knows(a, b);
        Assert.Equal(20, (await Topics(new Receiver(a, "here"))).Count());
    }

    private static async Task<TestNode[]> Start(int count)
    {
        var nodes = await TestNode.StartCluster(count, WithoutGossip);
        foreach (var node in nodes)
        {
            Assert.False(DistributedPubSub.Get(node.System).IsTerminated);
        }

        return nodes;
    }

    private static async Task<IEnumerable<string>> Topics(Receiver at) =>
        (await at.Mediator.Ask<CurrentTopics>(GetTopics.Instance, TestNode.Deadline)).Topics;

    /// <summary>Waits until a mediator has the newest versions of others; it is asked again for each message of theirs.</summary>
    private static async Task Knows(TestNode node, params TestNode[] others)
    {
        using var deadline = new CancellationTokenSource(TestNode.Deadline);
        foreach (var other in others)
        {
            var newest = (await Versions(other))[other.Node];
            while ((await Versions(node)).GetValueOrDefault(other.Node) < newest)
            {
                deadline.Token.ThrowIfCancellationRequested();
            }
        }
    }

    private static async Task<ImmutableSortedDictionary<UniqueAddress, long>> Versions(TestNode node) =>
        (await DistributedPubSub.Get(node.System).Mediator.Ask<RegistryStatus>(GetVersions.Instance, TestNode.Deadline)).Versions;
}
