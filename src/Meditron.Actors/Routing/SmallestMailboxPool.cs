using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Routing;

/// <summary>A pool whose messages go to the routee with the fewest messages waiting.</summary>
public sealed class SmallestMailboxPool : Pool
{
    /// <summary>Creates a pool from a deployment's configuration.</summary>
    public SmallestMailboxPool(Config config)
        : this(Instances(config), Resizer.FromConfig(config), null!, Dispatch.Dispatchers.DefaultDispatcherId, PoolDispatcher(config))
    {
    }

    /// <summary>Creates a pool of a size.</summary>
    public SmallestMailboxPool(int nrOfInstances)
        : this(nrOfInstances, null!, null!, Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a pool.</summary>
    public SmallestMailboxPool(int nrOfInstances, Resizer? resizer, SupervisorStrategy? supervisorStrategy, string routerDispatcher, bool usePoolDispatcher = false)
        : base(nrOfInstances, resizer, supervisorStrategy, routerDispatcher, usePoolDispatcher)
    {
    }

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => new(new SmallestMailboxRoutingLogic());

    /// <inheritdoc/>
    public override int GetNrOfInstances(ActorSystem system) => NrOfInstances;

    /// <summary>This pool with a strategy for its routees' failures.</summary>
    public SmallestMailboxPool WithSupervisorStrategy(SupervisorStrategy strategy) => new(NrOfInstances, Resizer, strategy, RouterDispatcher, UsePoolDispatcher);

    /// <summary>This pool with a resizer.</summary>
    public SmallestMailboxPool WithResizer(Resizer resizer) => new(NrOfInstances, resizer, SupervisorStrategy, RouterDispatcher, UsePoolDispatcher);

    /// <summary>This pool with a dispatcher for the router's own actor.</summary>
    public SmallestMailboxPool WithDispatcher(string dispatcher) => new(NrOfInstances, Resizer, SupervisorStrategy, dispatcher, UsePoolDispatcher);

    /// <inheritdoc/>
    public override RouterConfig WithFallback(RouterConfig routerConfig) =>
        OverrideUnset(routerConfig, (resizer, strategy) => new SmallestMailboxPool(NrOfInstances, resizer, strategy, RouterDispatcher, UsePoolDispatcher));
}
