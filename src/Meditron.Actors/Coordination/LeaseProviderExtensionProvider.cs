using Meditron.Actors.Actor;

namespace Meditron.Actors.Coordination;

/// <summary>Makes the <see cref="LeaseProvider"/> of an actor system.</summary>
public class LeaseProviderExtensionProvider : ExtensionIdProvider<LeaseProvider>
{
    /// <inheritdoc/>
    public override LeaseProvider CreateExtension(ExtendedActorSystem system) => new(system);
}
