using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Coordination;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>Reads what the settings of managers and proxies have in common.</summary>
internal static class SingletonConfig
{
    public static Config Section(ActorSystem system, string section) => system.Settings.Config.GetConfig(section)
        ?? throw new ConfigurationException($"{section} is missing: set akka.actor.provider = cluster, or load the cluster's reference.conf as fallback.");

    public static string Name(ClusterConfigReader reader, string section)
    {
        var name = reader.Text("singleton-name");
        return ActorPath.IsValidPathElement(name)
            ? name
            : throw new ConfigurationException($"{section}.singleton-name is \"{name}\"; allowed is a name that an actor may have.");
    }

    public static string? Role(ClusterConfigReader reader) => reader.Text("role") is { Length: > 0 } role ? role : null;

    public static LeaseUsageSettings? Lease(ClusterConfigReader reader) => reader.Text("use-lease") is { Length: > 0 } lease
        ? new LeaseUsageSettings(lease, reader.Positive("lease-retry-interval"))
        : null;

    public static int BufferSize(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, ClusterSingletonProxySettings.LargestBuffer, name);
        return value;
    }
}
