using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Routing;

/// <summary>A group whose messages go where their keys belong.</summary>
public sealed class ConsistentHashingGroup : Group
{
    private readonly ConsistentHashMapping? _mapping;

    /// <summary>Creates a group from a deployment's configuration.</summary>
    public ConsistentHashingGroup(Config config)
        : this(PathsOf(config), config.GetInt("virtual-nodes-factor"), null!, Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a group of paths.</summary>
    public ConsistentHashingGroup(params string[] paths)
        : this((IEnumerable<string>)paths)
    {
    }

    /// <summary>Creates a group of paths.</summary>
    public ConsistentHashingGroup(IEnumerable<string> paths)
        : this(paths, null!)
    {
    }

    /// <summary>Creates a group of paths with a function for the keys.</summary>
    public ConsistentHashingGroup(IEnumerable<string> paths, ConsistentHashMapping hashMapping)
        : this(paths, 0, hashMapping, Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a group of paths; 0 virtual nodes means the configured number.</summary>
    public ConsistentHashingGroup(IEnumerable<string> paths, int virtualNodesFactor, ConsistentHashMapping hashMapping, string routerDispatcher)
        : base(paths, routerDispatcher)
    {
        VirtualNodesFactor = virtualNodesFactor;
        _mapping = hashMapping;
    }

    /// <summary>The number of places that each routee has on the ring; 0 for the configured number.</summary>
    public int VirtualNodesFactor { get; }

    /// <inheritdoc/>
    public override IEnumerable<string> GetPaths(ActorSystem system) => InternalPaths;

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new ConsistentHashingRoutingLogic(system, VirtualNodesFactor, _mapping!));

    /// <summary>This group with a number of places for each routee.</summary>
    public ConsistentHashingGroup WithVirtualNodesFactor(int vnodes) => new(InternalPaths, vnodes, _mapping!, RouterDispatcher);

    /// <summary>This group with a function for the keys.</summary>
    public ConsistentHashingGroup WithHashMapping(ConsistentHashMapping mapping) => new(InternalPaths, VirtualNodesFactor, mapping, RouterDispatcher);

    /// <summary>This group with a dispatcher for the router's own actor.</summary>
    public ConsistentHashingGroup WithDispatcher(string dispatcher) => new(InternalPaths, VirtualNodesFactor, _mapping!, dispatcher);

    /// <inheritdoc/>
    public override RouterConfig WithFallback(RouterConfig routerConfig) =>
        routerConfig is ConsistentHashingGroup { _mapping: { } mapping } && _mapping is null ? WithHashMapping(mapping) : this;
}
