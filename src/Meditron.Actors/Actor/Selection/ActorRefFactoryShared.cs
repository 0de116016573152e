namespace Meditron.Actors.Actor;

/// <summary>Makes selections, relative to an actor or absolute.</summary>
public static class ActorRefFactoryShared
{
    /// <summary>A selection of an absolute path.</summary>
    public static ActorSelection ActorSelection(ActorPath actorPath, ActorSystem system) =>
        new(((ActorSystemImpl)system).Provider.RootGuardianAt(actorPath.Address), actorPath.Depth == 0 ? [] : actorPath.Elements);

    /// <summary>A selection of a path: absolute with or without address, or relative to an actor.</summary>
    public static ActorSelection ActorSelection(string path, ActorSystem system, IActorRef lookupRoot)
    {
        var provider = ((ActorSystemImpl)system).Provider;
        if (ActorPath.TryParse(path, out var absolute))
        {
            return new ActorSelection(provider.RootGuardianAt(absolute.Address), absolute.Depth == 0 ? [] : absolute.Elements);
        }

        return path.StartsWith('/') ? new ActorSelection(provider.RootGuardian, path[1..].Split('/')) : new ActorSelection(lookupRoot, path.Split('/'));
    }

    /// <summary>A selection of a path relative to an actor.</summary>
    public static ActorSelection ActorSelection(IActorRef anchorActorRef, string path) => new(anchorActorRef, path.Split('/'));
}
