using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Cluster;

/// <summary>Has the leader down each unreachable member after a time. Unsafe: in a split every side goes on; kept because Akka.NET has it.</summary>
public sealed class AutoDowning : IDowningProvider
{
    private readonly Cluster _cluster;

    /// <summary>Makes the provider.</summary>
    public AutoDowning(ActorSystem system, Cluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        _cluster = cluster;
    }

    /// <inheritdoc/>
    public TimeSpan DownRemovalMargin => _cluster.Settings.DownRemovalMargin;

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">auto-down-unreachable-after is off.</exception>
    public Props? DowningActorProps
    {
        get
        {
            var after = _cluster.Settings.AutoDownUnreachableAfter ?? throw new ConfigurationException(
                "akka.cluster.downing-provider-class is AutoDowning, but akka.cluster.auto-down-unreachable-after is off; give it a time, or use the split-brain resolver.");
            var downer = new SBR.ClusterDowner(_cluster);
            return Props.Create(() => new AutoDowner(downer, after)).WithDeploy(Deploy.Local);
        }
    }
}
