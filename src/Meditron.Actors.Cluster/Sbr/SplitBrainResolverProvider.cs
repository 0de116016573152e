using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Cluster.SBR;

/// <summary>Starts the split-brain resolver with the strategy that the configuration names.</summary>
public class SplitBrainResolverProvider : IDowningProvider
{
    private readonly Cluster _cluster;
    private readonly ResolverOptions _options;

    /// <summary>Makes the provider.</summary>
    /// <exception cref="ConfigurationException">A setting of the resolver or of the chosen strategy is out of range.</exception>
    public SplitBrainResolverProvider(ActorSystem system, Cluster cluster)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(cluster);
        _cluster = cluster;
        _options = StrategyReader.Read(new SplitBrainResolverSettings(system.Settings.Config), system, cluster.SelfAddress);
    }

    /// <summary>akka.cluster.down-removal-margin, or where that is off stable-after, and what taking a lease may take: by then the other side has decided too.</summary>
    public TimeSpan DownRemovalMargin =>
        _cluster.Settings.DownRemovalMargin == TimeSpan.Zero ? _options.RemovalMargin : _cluster.Settings.DownRemovalMargin;

    /// <inheritdoc/>
    public Props? DowningActorProps => ResolverActor.Props(new ClusterDowner(_cluster), _options);
}
