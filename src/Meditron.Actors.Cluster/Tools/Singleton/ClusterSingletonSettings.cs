using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Coordination;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>The settings of a singleton's manager and its proxies together, for <see cref="ClusterSingleton"/>.</summary>
public class ClusterSingletonSettings : INoSerializationVerificationNeeded
{
    private ClusterSingletonSettings(
        string? role,
        TimeSpan singletonIdentificationInterval,
        TimeSpan removalMargin,
        TimeSpan handOverRetryInterval,
        int bufferSize,
        LeaseUsageSettings? leaseSettings,
        bool considerAppVersion)
    {
        Role = role;
        SingletonIdentificationInterval = singletonIdentificationInterval;
        RemovalMargin = removalMargin;
        HandOverRetryInterval = handOverRetryInterval;
        BufferSize = bufferSize;
        LeaseSettings = leaseSettings;
        ConsiderAppVersion = considerAppVersion;
    }

    /// <summary>The role of the members on which the singleton may run; null or empty for all.</summary>
    public string? Role { get; }

    /// <summary>How often a proxy asks where the singleton is, while it does not know it.</summary>
    public TimeSpan SingletonIdentificationInterval { get; }

    /// <summary>How long after the removal of the member that had it the singleton waits; 0 for that of the downing provider.</summary>
    public TimeSpan RemovalMargin { get; }

    /// <summary>How often the member that had it is asked for it.</summary>
    public TimeSpan HandOverRetryInterval { get; }

    /// <summary>How many messages a proxy keeps while it does not know where the singleton is.</summary>
    public int BufferSize { get; }

    /// <summary>The lease to take, or null for none.</summary>
    public LeaseUsageSettings? LeaseSettings { get; }

    /// <summary>Whether a member with a newer version of the application goes before older members.</summary>
    public bool ConsiderAppVersion { get; }

    /// <summary>Reads akka.cluster.singleton and akka.cluster.singleton-proxy.</summary>
    /// <exception cref="ConfigurationException">A value is out of range.</exception>
    public static ClusterSingletonSettings Create(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return Create(SingletonConfig.Section(system, "akka.cluster"));
    }

    /// <summary>Reads a section with the keys of akka.cluster.</summary>
    /// <exception cref="ConfigurationException">A value is out of range.</exception>
    public static ClusterSingletonSettings Create(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        var manager = ClusterSingletonManagerSettings.Create(Part(config, "singleton"));
        var proxy = ClusterSingletonProxySettings.Create(Part(config, "singleton-proxy"), manager.ConsiderAppVersion);
        return new ClusterSingletonSettings(
            manager.Role,
            proxy.SingletonIdentificationInterval,
            manager.RemovalMargin,
            manager.HandOverRetryInterval,
            proxy.BufferSize,
            manager.LeaseSettings,
            manager.ConsiderAppVersion);
    }

    /// <summary>The same settings with another role.</summary>
    public ClusterSingletonSettings WithRole(string? role) =>
        new(role, SingletonIdentificationInterval, RemovalMargin, HandOverRetryInterval, BufferSize, LeaseSettings, ConsiderAppVersion);

    /// <summary>The same settings with another removal margin.</summary>
    public ClusterSingletonSettings WithRemovalMargin(TimeSpan removalMargin) =>
        new(Role, SingletonIdentificationInterval, removalMargin, HandOverRetryInterval, BufferSize, LeaseSettings, ConsiderAppVersion);

    /// <summary>The same settings with another interval.</summary>
    public ClusterSingletonSettings WithHandOverRetryInterval(TimeSpan handOverRetryInterval) =>
        new(Role, SingletonIdentificationInterval, RemovalMargin, handOverRetryInterval, BufferSize, LeaseSettings, ConsiderAppVersion);

    /// <summary>The same settings with a lease.</summary>
    public ClusterSingletonSettings WithLeaseSettings(LeaseUsageSettings? leaseSettings) =>
        new(Role, SingletonIdentificationInterval, RemovalMargin, HandOverRetryInterval, BufferSize, leaseSettings, ConsiderAppVersion);

    /// <inheritdoc/>
    public override string ToString() =>
        $"ClusterSingletonSettings(Role={Role}, SingletonIdentificationInterval={SingletonIdentificationInterval}, RemovalMargin={RemovalMargin}, "
        + $"HandOverRetryInterval={HandOverRetryInterval}, BufferSize={BufferSize}, LeaseSettings={LeaseSettings}, ConsiderAppVersion={ConsiderAppVersion})";

    internal ClusterSingletonManagerSettings ToManagerSettings(string singletonName) =>
        new(singletonName, Role, RemovalMargin, HandOverRetryInterval, LeaseSettings, ConsiderAppVersion);

    internal ClusterSingletonProxySettings ToProxySettings(string singletonName) =>
        new(singletonName, Role, SingletonIdentificationInterval, BufferSize, ConsiderAppVersion);

    private static Config Part(Config config, string section) => config.GetConfig(section)
        ?? throw new ConfigurationException($"akka.cluster.{section} is missing: load the cluster's reference.conf as fallback.");
}
