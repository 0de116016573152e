using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Routing;

/// <summary>A group whose messages go to one routee after the other.</summary>
public sealed class RoundRobinGroup : Group
{
    /// <summary>Creates a group from a deployment's configuration.</summary>
    public RoundRobinGroup(Config config)
        : this(PathsOf(config))
    {
    }

    /// <summary>Creates a group of paths.</summary>
    public RoundRobinGroup(params string[] paths)
        : this(paths, Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a group of paths.</summary>
    public RoundRobinGroup(IEnumerable<string> paths)
        : this(paths, Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a group of paths with a dispatcher for the router's own actor.</summary>
    public RoundRobinGroup(IEnumerable<string> paths, string routerDispatcher)
        : base(paths, routerDispatcher)
    {
    }

    /// <inheritdoc/>
    public override IEnumerable<string> GetPaths(ActorSystem system) => InternalPaths;

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new RoundRobinRoutingLogic());

    /// <summary>This group with a dispatcher for the router's own actor.</summary>
    public Group WithDispatcher(string dispatcher) => new RoundRobinGroup(InternalPaths, dispatcher);
}
