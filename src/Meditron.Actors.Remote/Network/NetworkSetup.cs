using Meditron.Actors.Actor.Setup;

namespace Meditron.Actors.Remote.Network;

/// <summary>Gives an actor system another network than TCP.</summary>
internal sealed class NetworkSetup(INetwork network) : Setup
{
    public INetwork Network { get; } = network;
}
