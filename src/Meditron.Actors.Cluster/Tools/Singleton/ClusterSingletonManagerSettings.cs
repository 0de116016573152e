using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Coordination;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>How a singleton is called, on which members it may run, and in what times it is handed over.</summary>
public sealed class ClusterSingletonManagerSettings : INoSerializationVerificationNeeded
{
    private const string Section = "akka.cluster.singleton";

    /// <summary>Makes the settings.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public ClusterSingletonManagerSettings(string singletonName, string? role, TimeSpan removalMargin, TimeSpan handOverRetryInterval, bool considerAppVersion)
        : this(singletonName, role, removalMargin, handOverRetryInterval, leaseSettings: null, considerAppVersion)
    {
    }

    /// <summary>Makes the settings of a singleton that takes a lease before it runs.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public ClusterSingletonManagerSettings(
        string singletonName, string? role, TimeSpan removalMargin, TimeSpan handOverRetryInterval, LeaseUsageSettings? leaseSettings, bool considerAppVersion)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(singletonName);
        ArgumentOutOfRangeException.ThrowIfLessThan(removalMargin, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(handOverRetryInterval, TimeSpan.Zero);
        SingletonName = singletonName;
        Role = role;
        RemovalMargin = removalMargin;
        HandOverRetryInterval = handOverRetryInterval;
        LeaseSettings = leaseSettings;
        ConsiderAppVersion = considerAppVersion;
    }

    /// <summary>The name of the singleton's actor, below that of its manager.</summary>
    public string SingletonName { get; }

    /// <summary>The role of the members on which it may run; null or empty for all.</summary>
    public string? Role { get; }

    /// <summary>How long after the removal of the member that had it the singleton waits; 0 for that of the downing provider.</summary>
    public TimeSpan RemovalMargin { get; }

    /// <summary>How often the member that had it is asked for it.</summary>
    public TimeSpan HandOverRetryInterval { get; }

    /// <summary>The lease to take, or null for none.</summary>
    public LeaseUsageSettings? LeaseSettings { get; }

    /// <summary>Whether a member with a newer version of the application goes before older members.</summary>
    public bool ConsiderAppVersion { get; }

    /// <summary>Reads akka.cluster.singleton.</summary>
    /// <exception cref="ConfigurationException">A value is out of range.</exception>
    public static ClusterSingletonManagerSettings Create(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return Create(SingletonConfig.Section(system, Section));
    }

    /// <summary>Reads a section with the keys of akka.cluster.singleton.</summary>
    /// <exception cref="ConfigurationException">A value is out of range.</exception>
    public static ClusterSingletonManagerSettings Create(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var reader = new ClusterConfigReader(config, Section + ".", "");
        return new ClusterSingletonManagerSettings(
            SingletonConfig.Name(reader, Section),
            SingletonConfig.Role(reader),
            TimeSpan.Zero,
            reader.Positive("hand-over-retry-interval"),
            SingletonConfig.Lease(reader),
            reader.Flag("consider-app-version"));
    }

    /// <summary>The same settings with another name.</summary>
    public ClusterSingletonManagerSettings WithSingletonName(string singletonName) =>
        new(singletonName, Role, RemovalMargin, HandOverRetryInterval, LeaseSettings, ConsiderAppVersion);

    /// <summary>The same settings with another role.</summary>
    public ClusterSingletonManagerSettings WithRole(string? role) =>
        new(SingletonName, role, RemovalMargin, HandOverRetryInterval, LeaseSettings, ConsiderAppVersion);

    /// <summary>The same settings with another removal margin.</summary>
    public ClusterSingletonManagerSettings WithRemovalMargin(TimeSpan removalMargin) =>
        new(SingletonName, Role, removalMargin, HandOverRetryInterval, LeaseSettings, ConsiderAppVersion);

    /// <summary>The same settings with another interval.</summary>
    public ClusterSingletonManagerSettings WithHandOverRetryInterval(TimeSpan handOverRetryInterval) =>
        new(SingletonName, Role, RemovalMargin, handOverRetryInterval, LeaseSettings, ConsiderAppVersion);

    /// <summary>The same settings with a lease.</summary>
    public ClusterSingletonManagerSettings WithLeaseSettings(LeaseUsageSettings? leaseSettings) =>
        new(SingletonName, Role, RemovalMargin, HandOverRetryInterval, leaseSettings, ConsiderAppVersion);
}
