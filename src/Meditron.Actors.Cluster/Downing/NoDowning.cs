using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>Declares nobody dead: unreachable members stay until they come back or are downed by hand.</summary>
public sealed class NoDowning : IDowningProvider
{
    private readonly Cluster _cluster;

    /// <summary>Makes the provider.</summary>
    public NoDowning(ActorSystem system, Cluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        _cluster = cluster;
    }

    /// <inheritdoc/>
    public TimeSpan DownRemovalMargin => _cluster.Settings.DownRemovalMargin;

    /// <inheritdoc/>
    public Props? DowningActorProps => null;
}
