using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.SBR;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Cluster;

/// <summary>The name of Akka.NET's first split-brain resolver: its strategies, keep-referee among them, carried out by the present one.</summary>
/// <remarks>It knows no leases and never downs all for want of stability.</remarks>
public sealed class SplitBrainResolver : IDowningProvider
{
    private readonly Cluster _cluster;
    private readonly ResolverOptions _options;

    /// <summary>Makes the provider.</summary>
    /// <exception cref="ConfigurationException">A setting of the chosen strategy is out of range.</exception>
    public SplitBrainResolver(ActorSystem system, Cluster cluster)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(cluster);
        _cluster = cluster;
        _options = StrategyReader.ReadFirst(system.Settings.Config);
    }

    /// <inheritdoc/>
    public TimeSpan DownRemovalMargin => _cluster.Settings.DownRemovalMargin;

    /// <summary>How long nothing may have changed before unreachable members are decided about.</summary>
    public TimeSpan StableAfter => _options.StableAfter;

    /// <inheritdoc/>
    public Props? DowningActorProps => ResolverActor.Props(new ClusterDowner(_cluster), _options);
}
