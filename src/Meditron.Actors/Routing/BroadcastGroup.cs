using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Routing;

/// <summary>A group whose messages go to all routees.</summary>
public sealed class BroadcastGroup : Group
{
    /// <summary>Creates a group from a deployment's configuration.</summary>
    public BroadcastGroup(Config config)
        : this(PathsOf(config))
    {
    }

    /// <summary>Creates a group of paths.</summary>
    public BroadcastGroup(params string[] paths)
        : this(paths, Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a group of paths.</summary>
    public BroadcastGroup(IEnumerable<string> paths)
        : this(paths, Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a group of paths with a dispatcher for the router's own actor.</summary>
    public BroadcastGroup(IEnumerable<string> paths, string routerDispatcher)
        : base(paths, routerDispatcher)
    {
    }

    /// <inheritdoc/>
    public override IEnumerable<string> GetPaths(ActorSystem system) => InternalPaths;

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new BroadcastRoutingLogic());

    /// <summary>This group with a dispatcher for the router's own actor.</summary>
    public Group WithDispatcher(string dispatcher) => new BroadcastGroup(InternalPaths, dispatcher);
}
