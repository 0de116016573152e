using Meditron.Actors.Cluster.Tools.Singleton;
using Meditron.Actors.Configuration;
using Meditron.Actors.Coordination;

namespace Meditron.Actors.Cluster.Tests.Singleton;

public class SingletonSettingsTests
{
    private static readonly Config _reference = ClusterSingletonManager.DefaultConfig();

    [Fact]
    public void The_defaults_are_Akkas()
    {
        var manager = ClusterSingletonManagerSettings.Create(_reference.GetConfig("akka.cluster.singleton")!);
        Assert.Equal("singleton", manager.SingletonName);
        Assert.Null(manager.Role);
        Assert.Equal(TimeSpan.Zero, manager.RemovalMargin);
        Assert.Equal(TimeSpan.FromSeconds(1), manager.HandOverRetryInterval);
        Assert.Null(manager.LeaseSettings);
        Assert.False(manager.ConsiderAppVersion);

        var proxy = ClusterSingletonProxySettings.Create(ClusterSingletonProxy.DefaultConfig().GetConfig("akka.cluster.singleton-proxy")!, considerAppVersion: true);
        Assert.Equal("singleton", proxy.SingletonName);
        Assert.Null(proxy.Role);
        Assert.Equal(TimeSpan.FromSeconds(1), proxy.SingletonIdentificationInterval);
        Assert.Equal(1000, proxy.BufferSize);
        Assert.True(proxy.ConsiderAppVersion);
    }

    [Fact]
    public void Managers_and_proxies_take_their_settings_from_those_of_the_facade()
    {
        var lease = new LeaseUsageSettings("lease", TimeSpan.FromSeconds(3));
        var settings = ClusterSingletonSettings.Create(ConfigurationFactory.ParseString(
                """
                singleton { consider-app-version = on, hand-over-retry-interval = 2s, use-lease = other, lease-retry-interval = 4s }
                singleton-proxy { buffer-size = 7, singleton-identification-interval = 3s }
                """).WithFallback(_reference.GetConfig("akka.cluster")!));
        Assert.Equal("other", settings.LeaseSettings!.LeaseImplementation);
        Assert.Equal(TimeSpan.FromSeconds(4), settings.LeaseSettings.LeaseRetryInterval);
        settings = settings.WithRole("leader").WithRemovalMargin(TimeSpan.FromSeconds(5)).WithHandOverRetryInterval(TimeSpan.FromSeconds(6)).WithLeaseSettings(lease);

        var manager = settings.ToManagerSettings("it");
        Assert.Equal("it", manager.SingletonName);
        Assert.Equal("leader", manager.Role);
        Assert.Equal(TimeSpan.FromSeconds(5), manager.RemovalMargin);
        Assert.Equal(TimeSpan.FromSeconds(6), manager.HandOverRetryInterval);
        Assert.Same(lease, manager.LeaseSettings);
        Assert.True(manager.ConsiderAppVersion);

        var proxy = settings.ToProxySettings("it");
        Assert.Equal("it", proxy.SingletonName);
        Assert.Equal("leader", proxy.Role);
        Assert.Equal(TimeSpan.FromSeconds(3), proxy.SingletonIdentificationInterval);
        Assert.Equal(7, proxy.BufferSize);
        Assert.True(proxy.ConsiderAppVersion);
    }

    [Theory]
    [InlineData("singleton-name = \"\"", "singleton.singleton-name")]
    [InlineData("singleton-name = \"a/b\"", "singleton.singleton-name")]
    [InlineData("hand-over-retry-interval = 0s", "singleton.hand-over-retry-interval")]
    [InlineData("use-lease = x, lease-retry-interval = 0s", "singleton.lease-retry-interval")]
    public void A_value_out_of_range_is_refused_by_its_key(string text, string key)
    {
        var section = ConfigurationFactory.ParseString(text).WithFallback(_reference.GetConfig("akka.cluster.singleton")!);
        Assert.Contains(key, Assert.Throws<ConfigurationException>(() => ClusterSingletonManagerSettings.Create(section)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("buffer-size = -1", "singleton-proxy.buffer-size")]
    [InlineData("buffer-size = 10001", "singleton-proxy.buffer-size")]
    [InlineData("singleton-identification-interval = 0s", "singleton-proxy.singleton-identification-interval")]
    public void A_value_of_the_proxy_out_of_range_is_refused_by_its_key(string text, string key)
    {
        var section = ConfigurationFactory.ParseString(text).WithFallback(_reference.GetConfig("akka.cluster.singleton-proxy")!);
        Assert.Contains(
            key, Assert.Throws<ConfigurationException>(() => ClusterSingletonProxySettings.Create(section, considerAppVersion: false)).Message, StringComparison.Ordinal);
    }
}
