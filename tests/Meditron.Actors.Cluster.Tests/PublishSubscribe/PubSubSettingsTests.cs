using Meditron.Actors.Cluster.Tools.PublishSubscribe;
using Meditron.Actors.Configuration;
using Meditron.Actors.Routing;

namespace Meditron.Actors.Cluster.Tests.PublishSubscribe;

public class PubSubSettingsTests
{
    private static readonly Config _section = DistributedPubSub.DefaultConfig().GetConfig("akka.cluster.pub-sub")!;

    [Fact]
    public void The_defaults_are_Akkas()
    {
        var settings = DistributedPubSubSettings.Create(_section);
        Assert.Null(settings.Role);
        Assert.IsType<RandomLogic>(settings.RoutingLogic);
        Assert.Equal(TimeSpan.FromSeconds(1), settings.GossipInterval);
        Assert.Equal(TimeSpan.FromSeconds(120), settings.RemovedTimeToLive);
        Assert.Equal(3000, settings.MaxDeltaElements);
        Assert.True(settings.SendToDeadLettersWhenNoSubscribers);
        Assert.Equal("distributedPubSubMediator", _section.GetString("name"));
    }

    [Fact]
    public void Each_setting_can_be_replaced()
    {
        var logic = new BroadcastRoutingLogic();
        var settings = DistributedPubSubSettings.Create(_section)
            .WithRole("hub")
            .WithRoutingLogic(logic)
            .WithGossipInterval(TimeSpan.FromSeconds(2))
            .WithRemovedTimeToLive(TimeSpan.FromSeconds(3))
            .WithMaxDeltaElements(4)
            .WithSendToDeadLettersWhenNoSubscribers(false);
        Assert.Equal("hub", settings.Role);
        Assert.Same(logic, settings.RoutingLogic);
        Assert.Equal(TimeSpan.FromSeconds(2), settings.GossipInterval);
        Assert.Equal(TimeSpan.FromSeconds(3), settings.RemovedTimeToLive);
        Assert.Equal(4, settings.MaxDeltaElements);
        Assert.False(settings.SendToDeadLettersWhenNoSubscribers);
    }

    [Theory]
    [InlineData("routing-logic = consistent-hashing", "pub-sub.routing-logic")]
    [InlineData("gossip-interval = 0s", "pub-sub.gossip-interval")]
    [InlineData("removed-time-to-live = 0s", "pub-sub.removed-time-to-live")]
    [InlineData("max-delta-elements = 0", "pub-sub.max-delta-elements")]
    public void A_value_out_of_range_is_refused_by_its_key(string text, string key)
    {
        var section = ConfigurationFactory.ParseString(text).WithFallback(_section);
        Assert.Contains(key, Assert.Throws<ConfigurationException>(() => DistributedPubSubSettings.Create(section)).Message, StringComparison.Ordinal);
    }
}
