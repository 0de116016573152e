using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Routing;

/// <summary>A group whose messages go to any routee.</summary>
public sealed class RandomGroup : Group
{
    /// <summary>Creates a group from a deployment's configuration.</summary>
    public RandomGroup(Config config)
        : this(PathsOf(config))
    {
    }

    /// <summary>Creates a group of paths.</summary>
    public RandomGroup(params string[] paths)
        : this(paths, Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a group of paths.</summary>
    public RandomGroup(IEnumerable<string> paths)
        : this(paths, Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a group of paths with a dispatcher for the router's own actor.</summary>
    public RandomGroup(IEnumerable<string> paths, string routerDispatcher)
        : base(paths, routerDispatcher)
    {
    }

    /// <inheritdoc/>
    public override IEnumerable<string> GetPaths(ActorSystem system) => InternalPaths;

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new RandomLogic(((ActorSystemImpl)system).Runtime.NewRandom("random-router")));

    /// <summary>This group with a dispatcher for the router's own actor.</summary>
    public RandomGroup WithDispatcher(string dispatcher) => new RandomGroup(InternalPaths, dispatcher);
}
