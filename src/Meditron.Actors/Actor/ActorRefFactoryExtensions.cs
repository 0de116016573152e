using System.Diagnostics.CodeAnalysis;

namespace Meditron.Actors.Actor;

/// <summary>Short forms of creating and finding actors.</summary>
public static class ActorRefFactoryExtensions
{
    /// <summary>Creates an actor with a constructor without parameters.</summary>
    public static IActorRef ActorOf<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TActor>(this IActorRefFactory factory, string? name = null)
        where TActor : ActorBase, new() => factory.ActorOf(Props.Create<TActor>(), name);

    /// <summary>Finds actors by a path relative to another.</summary>
    public static ActorSelection ActorSelection(this IActorRefFactory factory, IActorRef anchorRef, string actorPath) => ActorRefFactoryShared.ActorSelection(anchorRef, actorPath);
}
