using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Persistence;

/// <summary>Makes the <see cref="PersistenceExtension"/> of an actor system.</summary>
public class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    private static readonly Config Reference = ConfigurationFactory.FromResource<Persistence>("reference.conf");

    /// <summary>The one that is used everywhere.</summary>
    public static Persistence Instance { get; } = new();

    /// <summary>The defaults under akka.persistence.</summary>
    public static Config DefaultConfig() => Reference;

    /// <inheritdoc/>
    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
