namespace Meditron.Actors.Actor;

/// <summary>Makes stashes.</summary>
public static class StashFactory
{
    /// <summary>Makes the stash of an actor.</summary>
    public static IStash CreateStash(this IActorContext context, IActorStash actorInstance) => context.CreateStash(actorInstance.GetType());

    /// <summary>Makes the stash of an actor of a type.</summary>
    public static IStash CreateStash<T>(this IActorContext context)
        where T : ActorBase => context.CreateStash(typeof(T));

    /// <summary>Makes the stash of an actor of a type.</summary>
    public static IStash CreateStash(this IActorContext context, Type actorType) => context is ActorCell cell
        ? new ActorStash(cell, typeof(IWithUnboundedStash).IsAssignableFrom(actorType))
        : throw new ArgumentException($"Cannot make a stash for {actorType}: the context is not that of a running actor.", nameof(context));
}
