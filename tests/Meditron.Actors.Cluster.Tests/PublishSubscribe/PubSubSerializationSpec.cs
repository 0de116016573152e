using System.Collections.Immutable;
using Google.Protobuf;
using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Membership;
using Meditron.Actors.Cluster.Tests.Nodes;
using Meditron.Actors.Cluster.Tools.PublishSubscribe;
using Meditron.Actors.Cluster.Tools.PublishSubscribe.Serialization;

namespace Meditron.Actors.Cluster.Tests.PublishSubscribe;

public class PubSubSerializationSpec
{
    [Fact]
    public async Task What_goes_over_the_wire_comes_back_the_same()
    {
        await using var node = TestNode.Start();
        object[] messages =
        [
            new Publish("t", "text", sendOneMessageToEachGroup: true), new Publish("t", 7), new Send("/user/a", "text", localAffinity: true),
            new SendToAll("/user/a", "text", excludeSelf: true), new DeliverToTopic("t", "text"), new DeliverToGroup("t", "g", 7L),
        ];
        foreach (var message in messages)
        {
            Assert.Equal(message, There(node, message));
        }

        var versions = ImmutableSortedDictionary<UniqueAddress, long>.Empty.Add(Views.Node(1), 5).Add(Views.Node(2), 6);
        var status = Assert.IsType<RegistryStatus>(There(node, new RegistryStatus(versions, IsReply: true)));
        Assert.True(status.IsReply);
        Assert.Equal(versions, status.Versions);

        var actor = node.System.ActorOf(new EventRecorder().Props, "x");
        var delta = new BucketDelta(
            Views.Node(1),
            3,
            9,
            Replaces: true,
            HasMore: true,
            [
                new RegistryEntry(RegistryKey.OfPath("/user/x"), 4, actor), new RegistryEntry(RegistryKey.OfTopic("t", "g"), 5, ActorRefs.Nobody),
                new RegistryEntry(RegistryKey.OfTopic("t", null), 6, null),
            ]);
        var read = Assert.Single(Assert.IsType<RegistryDelta>(There(node, new RegistryDelta([delta]))).Buckets);
        Assert.Equal(delta.Entries, read.Entries);
        Assert.Equal(delta with { Entries = [] }, read with { Entries = [] });
    }

    [Fact]
    public async Task What_is_not_a_message_of_the_protocol_is_refused()
    {
        await using var node = TestNode.Start();
        var serializer = new DistributedPubSubMessageSerializer((ExtendedActorSystem)node.System);
        var whole = serializer.ToBinary(new Publish("t", "text"));
        Assert.Throws<ArgumentException>(() => serializer.FromBinary(whole, "XX"));
        Assert.Throws<InvalidProtocolBufferException>(() => serializer.FromBinary(whole[..^3], "P"));
        Assert.ThrowsAny<Exception>(() => serializer.FromBinary([], "P"));
        Assert.ThrowsAny<Exception>(() => serializer.FromBinary([], "DT"));
        Assert.Throws<ArgumentException>(() => serializer.ToBinary("text"));
    }

    [Fact]
    public async Task A_message_of_a_type_that_is_not_registered_does_not_cross_the_wire()
    {
        await using var node = TestNode.Start();
        var serializer = new DistributedPubSubMessageSerializer((ExtendedActorSystem)node.System);
        Assert.ThrowsAny<Exception>(() => serializer.ToBinary(new Publish("t", new Version(1, 2))));
    }

    private static object There(TestNode node, object message)
    {
        var serializer = Assert.IsType<DistributedPubSubMessageSerializer>(node.System.Serialization.FindSerializerFor(message));
        return node.System.Serialization.Deserialize(serializer.ToBinary(message), serializer.Identifier, serializer.Manifest(message));
    }
}
