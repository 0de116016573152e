using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>How a proxy finds the singleton, and how many messages it keeps while it does not know where it is.</summary>
public sealed class ClusterSingletonProxySettings : INoSerializationVerificationNeeded
{
    internal const int LargestBuffer = 10000;

    private const string Section = "akka.cluster.singleton-proxy";

    /// <summary>Makes the settings.</summary>
    /// <exception cref="ArgumentException">A value is out of range; the buffer holds 0 to 10000 messages.</exception>
    public ClusterSingletonProxySettings(string singletonName, string? role, TimeSpan singletonIdentificationInterval, int bufferSize, bool considerAppVersion)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(singletonName);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(singletonIdentificationInterval, TimeSpan.Zero);
        SingletonName = singletonName;
        Role = role;
        SingletonIdentificationInterval = singletonIdentificationInterval;
        BufferSize = SingletonConfig.BufferSize(bufferSize, nameof(bufferSize));
        ConsiderAppVersion = considerAppVersion;
    }

    /// <summary>The name of the singleton's actor, below that of its manager.</summary>
    public string SingletonName { get; }

    /// <summary>The role of the members on which the singleton may run; null or empty for all.</summary>
    public string? Role { get; }

    /// <summary>How often the proxy asks where the singleton is, while it does not know it.</summary>
    public TimeSpan SingletonIdentificationInterval { get; }

    /// <summary>How many messages are kept meanwhile; when it is full, the oldest goes to the dead letters.</summary>
    public int BufferSize { get; }

    /// <summary>Whether a member with a newer version of the application goes before older members; as for the manager.</summary>
    public bool ConsiderAppVersion { get; }

    /// <summary>Reads akka.cluster.singleton-proxy.</summary>
    /// <exception cref="ConfigurationException">A value is out of range.</exception>
    public static ClusterSingletonProxySettings Create(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var considerAppVersion = new ClusterConfigReader(system.Settings.Config, "akka.cluster.singleton.").Flag("consider-app-version");
        return Create(SingletonConfig.Section(system, Section), considerAppVersion);
    }

    /// <summary>Reads a section with the keys of akka.cluster.singleton-proxy.</summary>
    /// <exception cref="ConfigurationException">A value is out of range.</exception>
    public static ClusterSingletonProxySettings Create(Config config, bool considerAppVersion)
    {
        ArgumentNullException.ThrowIfNull(config);
        var reader = new ClusterConfigReader(config, Section + ".", "");
        return new ClusterSingletonProxySettings(
            SingletonConfig.Name(reader, Section),
            SingletonConfig.Role(reader),
            reader.Positive("singleton-identification-interval"),
            reader.IntIn("buffer-size", 0, LargestBuffer),
            considerAppVersion);
    }

    /// <summary>The same settings with another name.</summary>
    public ClusterSingletonProxySettings WithSingletonName(string singletonName) =>
        new(singletonName, Role, SingletonIdentificationInterval, BufferSize, ConsiderAppVersion);

    /// <summary>The same settings with another role.</summary>
    public ClusterSingletonProxySettings WithRole(string? role) =>
        new(SingletonName, role, SingletonIdentificationInterval, BufferSize, ConsiderAppVersion);

    /// <summary>The same settings with another interval.</summary>
    public ClusterSingletonProxySettings WithSingletonIdentificationInterval(TimeSpan singletonIdentificationInterval) =>
        new(SingletonName, Role, singletonIdentificationInterval, BufferSize, ConsiderAppVersion);

    /// <summary>The same settings with a buffer of another size.</summary>
    public ClusterSingletonProxySettings WithBufferSize(int bufferSize) =>
        new(SingletonName, Role, SingletonIdentificationInterval, bufferSize, ConsiderAppVersion);
}
