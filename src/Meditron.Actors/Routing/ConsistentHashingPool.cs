using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Routing;

/// <summary>A pool whose messages go where their keys belong.</summary>
public sealed class ConsistentHashingPool : Pool
{
    private readonly ConsistentHashMapping? _mapping;

    /// <summary>Creates a pool from a deployment's configuration.</summary>
    public ConsistentHashingPool(Config config)
        : this(Instances(config), Resizer.FromConfig(config), null!, Dispatch.Dispatchers.DefaultDispatcherId, PoolDispatcher(config), config.GetInt("virtual-nodes-factor"))
    {
    }

    /// <summary>Creates a pool of a size.</summary>
    public ConsistentHashingPool(int nrOfInstances)
        : this(nrOfInstances, null!, null!, Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a pool of a size with a function for the keys.</summary>
    public ConsistentHashingPool(int nrOfInstances, ConsistentHashMapping hashMapping)
        : this(nrOfInstances, null!, null!, Dispatch.Dispatchers.DefaultDispatcherId, hashMapping: hashMapping)
    {
    }

    /// <summary>Creates a pool; 0 virtual nodes means the configured number.</summary>
    public ConsistentHashingPool(
        int nrOfInstances,
        Resizer? resizer,
        SupervisorStrategy? supervisorStrategy,
        string routerDispatcher,
        bool usePoolDispatcher = false,
        int virtualNodesFactor = 0,
        ConsistentHashMapping? hashMapping = null)
        : base(nrOfInstances, resizer, supervisorStrategy, routerDispatcher, usePoolDispatcher)
    {
        VirtualNodesFactor = virtualNodesFactor;
        _mapping = hashMapping;
    }

    /// <summary>The number of places that each routee has on the ring; 0 for the configured number.</summary>
    public int VirtualNodesFactor { get; }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new ConsistentHashingRoutingLogic(system, VirtualNodesFactor, _mapping!));

    /// <inheritdoc/>
    public override int GetNrOfInstances(ActorSystem system) => NrOfInstances;

    /// <summary>This pool with a number of places for each routee.</summary>
    public ConsistentHashingPool WithVirtualNodesFactor(int vnodes) => With(virtualNodesFactor: vnodes);

    /// <summary>This pool with a function for the keys.</summary>
    public ConsistentHashingPool WithHashMapping(ConsistentHashMapping mapping) => With(mapping: mapping);

    /// <summary>This pool with a strategy for its routees' failures.</summary>
    public ConsistentHashingPool WithSupervisorStrategy(SupervisorStrategy strategy) => With(strategy: strategy);

    /// <summary>This pool with a resizer.</summary>
    public ConsistentHashingPool WithResizer(Resizer resizer) => With(resizer: resizer);

    /// <summary>This pool with a dispatcher for the router's own actor.</summary>
    public ConsistentHashingPool WithDispatcher(string dispatcher) => With(dispatcher: dispatcher);

    /// <inheritdoc/>
    public override RouterConfig WithFallback(RouterConfig routerConfig)
    {
        // A function cannot come from a configuration: the code's holds.
        ConsistentHashingPool merged = routerConfig is ConsistentHashingPool { _mapping: { } mapping } && _mapping is null ? With(mapping: mapping) : this;
        return merged.OverrideUnset(routerConfig, (resizer, strategy) => merged.With(resizer, strategy));
    }

    private ConsistentHashingPool With(
        Resizer? resizer = null, SupervisorStrategy? strategy = null, string? dispatcher = null, int virtualNodesFactor = 0, ConsistentHashMapping? mapping = null) =>
        new(
            NrOfInstances,
            resizer ?? Resizer,
            strategy ?? SupervisorStrategy,
            dispatcher ?? RouterDispatcher,
            UsePoolDispatcher,
            virtualNodesFactor > 0 ? virtualNodesFactor : VirtualNodesFactor,
            mapping ?? _mapping);
}
