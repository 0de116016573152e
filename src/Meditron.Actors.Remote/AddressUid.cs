using Meditron.Actors.Actor;

namespace Meditron.Actors.Remote;

/// <summary>Tells the incarnations of systems with the same address apart.</summary>
public class AddressUid : IExtension
{
    /// <summary>A random number, never 0.</summary>
    public readonly int Uid;

    internal AddressUid(int uid) => Uid = uid;
}

/// <summary>Gives each actor system its <see cref="AddressUid"/>.</summary>
public class AddressUidExtension : ExtensionIdProvider<AddressUid>
{
    private static readonly AddressUidExtension Instance = new();

    /// <summary>The incarnation of a system.</summary>
    public static int Uid(ActorSystem system) => Instance.Apply(system).Uid;

    /// <inheritdoc/>
    public override AddressUid CreateExtension(ExtendedActorSystem system) =>
        new(((ActorSystemImpl)system).SystemUid);
}
