namespace Meditron.Actors.Actor;

/// <summary>Swallows every message, unlike the dead letters without telling anybody.</summary>
internal sealed class IgnoreActorRef(IActorRefProvider provider) : MinimalActorRef
{
    public override ActorPath Path { get; } = new RootActorPath(new Address("akka", "all-systems")) / "ignore";

    public override IActorRefProvider Provider { get; } = provider;

    public static bool IsIgnorePath(ActorPath path) => path.Address.System == "all-systems" && path.Name == "ignore";
}
