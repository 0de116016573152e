using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Coordination;
using Meditron.Actors.Tests.Specs;

namespace Meditron.Actors.Tests.Coordination;

/// <summary>Which leases the provider makes, from which settings, and what it refuses.</summary>
public class LeaseProviderSpec() : ActorSpec($$"""
    lease-a {
      lease-class = "{{typeof(SystemLease).AssemblyQualifiedName}}"
      heartbeat-timeout = 40s
      heartbeat-interval = ""
      own-key = 7
    }
    lease-b { lease-class = "{{typeof(PlainLease).AssemblyQualifiedName}}" }
    no-class { heartbeat-timeout = 40s }
    no-lease { lease-class = "System.String" }
    no-constructor { lease-class = "{{typeof(LeaseWithoutConstructor).AssemblyQualifiedName}}" }
    failing { lease-class = "{{typeof(FailingLease).AssemblyQualifiedName}}" }
    unknown { lease-class = "No.Such.Lease, Nowhere" }
    """)
{
    private LeaseProvider Provider => LeaseProvider.Get(Sys);

    [Fact]
    public void A_lease_has_its_own_settings_over_the_defaults()
    {
        var lease = Assert.IsType<SystemLease>(Provider.GetLease("jobs", "lease-a", "host:1"));

        Assert.Same(Sys, lease.System);
        Assert.Equal("jobs", lease.Settings.LeaseName);
        Assert.Equal("host:1", lease.Settings.OwnerName);
        Assert.Equal(TimeSpan.FromSeconds(40), lease.Settings.TimeoutSettings.HeartbeatTimeout);
        Assert.Equal(TimeSpan.FromSeconds(5), lease.Settings.TimeoutSettings.HeartbeatInterval);
        Assert.Equal(TimeSpan.FromSeconds(5), lease.Settings.TimeoutSettings.OperationTimeout);
        Assert.Equal(7, lease.Settings.LeaseConfig.GetInt("own-key"));
    }

    [Fact]
    public void A_lease_that_needs_no_system_gets_its_settings_alone()
    {
        var lease = Assert.IsType<PlainLease>(Provider.GetLease("jobs", "lease-b", "host:1"));

        Assert.Equal(TimeSpan.FromSeconds(120), lease.Settings.TimeoutSettings.HeartbeatTimeout);
        Assert.Equal(TimeSpan.FromSeconds(12), lease.Settings.TimeoutSettings.HeartbeatInterval);
    }

    [Fact]
    public void The_same_name_section_and_owner_give_the_same_lease()
    {
        var lease = Provider.GetLease("jobs", "lease-a", "host:1");

        Assert.Same(lease, Provider.GetLease("jobs", "lease-a", "host:1"));
        Assert.NotSame(lease, Provider.GetLease("others", "lease-a", "host:1"));
        Assert.NotSame(lease, Provider.GetLease("jobs", "lease-a", "host:2"));
        Assert.NotSame(lease, Provider.GetLease("jobs", "lease-b", "host:1"));
    }

    [Theory]
    [InlineData("no-section", "the configuration has no section no-section")]
    [InlineData("no-class", "no-class.lease-class is empty")]
    [InlineData("no-lease", "no class that derives from Akka.Coordination.Lease")]
    [InlineData("no-constructor", "has no public constructor (LeaseSettings, ExtendedActorSystem) or (LeaseSettings)")]
    [InlineData("failing", "whose constructor failed: no database")]
    [InlineData("unknown", "unknown.lease-class names the type 'No.Such.Lease, Nowhere'")]
    public void A_lease_that_cannot_be_made_is_refused_with_the_key(string section, string expected)
    {
        var e = Assert.Throws<ConfigurationException>(() => Provider.GetLease("jobs", section, "host:1"));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("heartbeat-timeout = 0s", "heartbeat-timeout is 0s; allowed is a time above 0.")]
    [InlineData("heartbeat-timeout = infinite", "heartbeat-timeout")]
    [InlineData("heartbeat-interval = 60s", "heartbeat-interval is 60000 ms; allowed is less than half of heartbeat-timeout, which is 120000 ms.")]
    [InlineData("heartbeat-interval = -1s", "heartbeat-interval is -1s; allowed is a time above 0.")]
    [InlineData("lease-operation-timeout = 0s", "lease-operation-timeout is 0s; allowed is a time above 0.")]
    [InlineData("lease-operation-timeout = null", "lease-operation-timeout is missing")]
    public void Times_out_of_range_are_refused_with_key_value_and_what_is_allowed(string hocon, string expected)
    {
        var config = ConfigurationFactory.ParseString(hocon).WithFallback(Sys.Settings.Config.GetConfig("akka.coordination.lease"));

        var e = Assert.Throws<ConfigurationException>(() => TimeoutSettings.Create(config));

        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
    }

    private sealed class SystemLease(LeaseSettings settings, ExtendedActorSystem system) : PlainLease(settings)
    {
        public ExtendedActorSystem System { get; } = system;
    }

    private class PlainLease(LeaseSettings settings) : Lease(settings)
    {
        public override Task<bool> Acquire() => Task.FromResult(true);

        public override Task<bool> Acquire(Action<Exception?> leaseLostCallback) => Task.FromResult(true);

        public override Task<bool> Release() => Task.FromResult(true);

        public override bool CheckLease() => true;
    }

    private sealed class LeaseWithoutConstructor() : PlainLease(new LeaseSettings("", "", new TimeoutSettings(default, default, default), Config.Empty));

    private sealed class FailingLease : PlainLease
    {
        public FailingLease(LeaseSettings settings)
            : base(settings) => throw new InvalidOperationException("no database");
    }
}
