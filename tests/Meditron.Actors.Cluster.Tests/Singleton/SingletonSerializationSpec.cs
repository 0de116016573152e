using Google.Protobuf;
using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.Tests.Membership;
using Meditron.Actors.Cluster.Tests.Nodes;
using Meditron.Actors.Cluster.Tools.Singleton;
using Meditron.Actors.Cluster.Tools.Singleton.Serialization;

namespace Meditron.Actors.Cluster.Tests.Singleton;

public class SingletonSerializationSpec
{
    [Fact]
    public async Task What_goes_over_the_wire_comes_back_the_same()
    {
        await using var node = TestNode.Start();
        var (a, b) = (Views.Node(1), Views.Node(2, -7));
        var singleton = node.System.ActorOf(new EventRecorder().Props, "x");
        object[] messages =
        [
            new HandOverToMe(a, b), new HandOverInProgress(a, b), new HandOverDone(b, a), new TakeOverFromMe(b, a),
            LocateSingleton.Instance, new SingletonLocated(a, singleton),
        ];
        var serialization = node.System.Serialization;
        foreach (var message in messages)
        {
            var serializer = Assert.IsType<ClusterSingletonMessageSerializer>(serialization.FindSerializerFor(message));
            var read = serialization.Deserialize(serializer.ToBinary(message), serializer.Identifier, serializer.Manifest(message));
            Assert.Equal(message, read);
        }
    }

    [Fact]
    public async Task What_is_not_a_message_of_the_protocol_is_refused()
    {
        await using var node = TestNode.Start();
        var serializer = new ClusterSingletonMessageSerializer((ExtendedActorSystem)node.System);
        var whole = serializer.ToBinary(new HandOverToMe(Views.Node(1), Views.Node(2)));
        Assert.Throws<ArgumentException>(() => serializer.FromBinary(whole, "XX"));
        Assert.Throws<ArgumentException>(() => serializer.FromBinary([], "HM"));
        Assert.Throws<ArgumentException>(() => serializer.FromBinary([], "LD"));
        Assert.Throws<InvalidProtocolBufferException>(() => serializer.FromBinary(whole[..^3], "HD"));
        Assert.Throws<ArgumentException>(() => serializer.ToBinary("text"));
        Assert.Throws<ArgumentException>(() => serializer.Manifest("text"));
    }
}
