using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.SBR;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>The resolver's settings: defaults, what they mean, and what is refused.</summary>
public class SettingsTests
{
    private const string Prefix = "akka.cluster.split-brain-resolver.";

    [Fact]
    public void The_defaults_are_those_of_Akka()
    {
        var settings = Read("");

        Assert.Equal("keep-majority", settings.DowningStrategy);
        Assert.Equal(TimeSpan.FromSeconds(20), settings.DowningStableAfter);
        Assert.Equal(TimeSpan.FromSeconds(15), settings.DownAllWhenUnstable);
        Assert.Null(settings.KeepMajorityRole);
        Assert.True(settings.KeepOldestSettings.DownIfAlone);
        Assert.Null(settings.KeepOldestSettings.Role);
        var lease = Read("lease-majority.lease-implementation = my.lease").LeaseMajoritySettings;
        Assert.Equal("my.lease", lease.LeaseImplementation);
        Assert.Equal(TimeSpan.FromSeconds(2), lease.AcquireLeaseDelayForMinority);
        Assert.Equal(TimeSpan.FromSeconds(40), lease.ReleaseAfter);
        Assert.Null(lease.LeaseName);
        Assert.Equal("train-akka-sbr", lease.SafeLeaseName("train"));
        Assert.Equal(
            ["down-all", "keep-majority", "keep-oldest", "lease-majority", "static-quorum"], SplitBrainResolverSettings.AllStrategyNames.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("on", 4)]
    [InlineData("off", 0)]
    [InlineData("7s", 7)]
    public void How_long_instability_is_borne_is_derived_or_given(string text, int seconds) => Assert.Equal(
        TimeSpan.FromSeconds(seconds), Read($"stable-after = 1s, down-all-when-unstable = {text}").DownAllWhenUnstable);

    [Theory]
    [InlineData("stable-after = 0s", "stable-after is 0s; allowed is a time above 0.")]
    [InlineData("stable-after = soon", "stable-after")]
    [InlineData("active-strategy = keep-calm", "active-strategy is \"keep-calm\"; allowed is one of down-all, keep-majority, keep-oldest, lease-majority, static-quorum.")]
    [InlineData("active-strategy = keep-referee", "active-strategy is \"keep-referee\"; allowed is one of")]
    [InlineData("down-all-when-unstable = -1s", "down-all-when-unstable is -1s; allowed is a time of 0 or more.")]
    public void Settings_out_of_range_are_refused_with_key_value_and_what_is_allowed(string hocon, string expected)
    {
        var e = Assert.Throws<ConfigurationException>(() => Read(hocon));

        Assert.Contains(Prefix + expected, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("active-strategy = static-quorum", "static-quorum.quorum-size")]
    [InlineData("active-strategy = static-quorum, static-quorum.quorum-size = 0", "static-quorum.quorum-size is 0; allowed is a whole number of at least 1.")]
    [InlineData("active-strategy = lease-majority", "lease-majority.lease-implementation is empty; allowed is the name of the section")]
    [InlineData("active-strategy = lease-majority, lease-majority { lease-implementation = l, release-after = 0s }", "lease-majority.release-after is 0s; allowed is a time above 0.")]
    [InlineData("active-strategy = lease-majority, lease-majority { lease-implementation = l, acquire-lease-delay-for-minority = -1s }", "lease-majority.acquire-lease-delay-for-minority is -1s")]
    public async Task A_node_whose_strategy_is_set_wrongly_does_not_start(string hocon, string expected)
    {
        var e = await StartFails($"akka.cluster.split-brain-resolver {{ {hocon} }}");

        Assert.Contains(Prefix + expected, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("akka.cluster.downing-provider-class = \"No.Such.Class\"", "akka.cluster.downing-provider-class names the type 'No.Such.Class'")]
    [InlineData("akka.cluster.downing-provider-class = \"System.String\"", "akka.cluster.downing-provider-class names System.String, which does not implement IDowningProvider.")]
    [InlineData("akka.cluster { downing-provider-class = \"Akka.Cluster.SplitBrainResolver, Akka.Cluster\", split-brain-resolver.active-strategy = keep-referee }", "keep-referee.address is \"\"; allowed is the address of a node")]
    [InlineData("akka.cluster { downing-provider-class = \"Akka.Cluster.SplitBrainResolver, Akka.Cluster\", split-brain-resolver.active-strategy = down-all }", "allowed with Akka.Cluster.SplitBrainResolver is one of static-quorum, keep-majority, keep-oldest, keep-referee.")]
    [InlineData("akka.cluster.split-brain-resolver { active-strategy = lease-majority, lease-majority.lease-implementation = nowhere }", "the configuration has no section nowhere")]
    public async Task A_node_whose_provider_is_set_wrongly_does_not_start(string hocon, string expected)
    {
        var e = await StartFails(hocon);

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", typeof(SplitBrainResolverProvider), 20)]
    [InlineData("akka.cluster.down-removal-margin = 3s", typeof(SplitBrainResolverProvider), 3)]
    [InlineData("akka.cluster.downing-provider-class = \"Akka.Cluster.SplitBrainResolver, Akka.Cluster\"", typeof(SplitBrainResolver), 0)]
    [InlineData("akka.cluster.downing-provider-class = \"Akka.Cluster.NoDowning, Akka.Cluster\"", typeof(NoDowning), 0)]
    [InlineData("akka.cluster.downing-provider-class = \"\"", typeof(NoDowning), 0)]
    public async Task The_provider_named_is_used_and_says_how_long_to_wait_for_a_removal(string hocon, Type expected, int seconds)
    {
        using var system = Start(hocon);
        var provider = Cluster.Get(system).DowningProvider;

        Assert.IsType(expected, provider);
        Assert.Equal(expected, Cluster.Get(system).Settings.DowningProviderType);
        Assert.Equal(TimeSpan.FromSeconds(seconds), provider.DownRemovalMargin);
        await system.Terminate();
    }

    [Fact]
    public void With_a_lease_the_removal_of_others_is_waited_for_until_a_side_without_it_knows_that_it_has_lost()
    {
        var options = new ResolverOptions(
            "lease-majority", new LeaseMajority("", TimeSpan.FromSeconds(2)), TimeSpan.FromSeconds(7), TimeSpan.Zero, new FakeLease(), AcquireDelay: TimeSpan.FromSeconds(2));

        Assert.Equal(TimeSpan.FromSeconds(7 + 2 + 5 + 1), options.RemovalMargin);
        Assert.Equal(TimeSpan.FromSeconds(7), (options with { Lease = null }).RemovalMargin);
    }

    [Fact]
    public async Task The_older_provider_knows_the_referee()
    {
        using var system = Start("""
            akka.cluster {
              downing-provider-class = "Akka.Cluster.SplitBrainResolver, Akka.Cluster"
              split-brain-resolver { active-strategy = keep-referee, stable-after = 7s, keep-referee.address = "akka.tcp://sys@h:1003" }
            }
            """);

        Assert.Equal(TimeSpan.FromSeconds(7), Assert.IsType<SplitBrainResolver>(Cluster.Get(system).DowningProvider).StableAfter);
        await system.Terminate();
    }

    private static SplitBrainResolverSettings Read(string hocon) => new(
        ConfigurationFactory.ParseString($"akka.cluster.split-brain-resolver {{ {hocon} }}").WithFallback(ConfigurationFactory.FromResource<ClusterSettings>("reference.conf")));

    private static ActorSystem Start(string hocon) => ActorSystem.Create(
        "sys",
        ConfigurationFactory.ParseString(hocon).WithFallback(ConfigurationFactory.ParseString(
            "akka { loggers = [], stdout-loglevel = OFF, actor.provider = cluster, remote.dot-netty.tcp { hostname = \"127.0.0.1\", port = 0 }, coordinated-shutdown.run-by-clr-shutdown-hook = off }")));

    private static async Task<Exception> StartFails(string hocon)
    {
        ActorSystem? system = null;
        try
        {
            system = Start(hocon);
        }
        catch (ConfigurationException e)
        {
            return e;
        }

        await system.Terminate();
        throw new Xunit.Sdk.XunitException("The system has started.");
    }
}
