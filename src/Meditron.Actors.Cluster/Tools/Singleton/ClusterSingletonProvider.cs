using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>Makes the <see cref="ClusterSingleton"/> of an actor system.</summary>
public class ClusterSingletonProvider : ExtensionIdProvider<ClusterSingleton>
{
    /// <inheritdoc/>
    public override ClusterSingleton CreateExtension(ExtendedActorSystem system) => new(system);
}
