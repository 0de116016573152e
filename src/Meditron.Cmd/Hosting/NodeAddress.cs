namespace Meditron.Cmd.Hosting;

/// <summary>Finds where a node is reached by others.</summary>
internal static class NodeAddress
{
    /// <summary>The address that others see an actor of this node at; a local one without remoting.</summary>
    public static Address Of(ExtendedActorSystem system, IActorRef actor) =>
        ActorPath.Parse(Serialization.WithTransport(system, () => Serialization.SerializedActorPath(actor))).Address;
}
