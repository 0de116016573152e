using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Routing;

/// <summary>A router that creates its routees as its children.</summary>
public abstract class Pool : RouterConfig, IEquatable<Pool>
{
    /// <summary>Creates a pool of a size.</summary>
    protected Pool(int nrOfInstances, Resizer? resizer, SupervisorStrategy? supervisorStrategy, string routerDispatcher, bool usePoolDispatcher)
        : base(routerDispatcher)
    {
        if (nrOfInstances < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(nrOfInstances), nrOfInstances, "A pool has at least one routee, or none at first with a resizer.");
        }

        NrOfInstances = nrOfInstances;
        Resizer = resizer!;
        SupervisorStrategy = supervisorStrategy ?? DefaultSupervisorStrategy;
        UsePoolDispatcher = usePoolDispatcher;
    }

    /// <summary>A failed routee is restarted, as any other child is by default.</summary>
    public static SupervisorStrategy DefaultSupervisorStrategy => Actor.SupervisorStrategy.DefaultStrategy;

    /// <summary>The number of routees to start with.</summary>
    public int NrOfInstances { get; }

    /// <summary>Changes the number of routees with their load; null for none.</summary>
    public virtual Resizer Resizer { get; }

    /// <summary>Decides about the routees' failures.</summary>
    public virtual SupervisorStrategy SupervisorStrategy { get; }

    /// <summary>Whether the routees run on the dispatcher <c>pool-dispatcher</c> of the router's deployment.</summary>
    public virtual bool UsePoolDispatcher { get; }

    /// <inheritdoc/>
    public override bool StopRouterWhenAllRouteesRemoved => Resizer is null;

    internal override SupervisorStrategy? ChildStrategy => SupervisorStrategy;

    /// <summary>The number of routees to start with in an actor system.</summary>
    public abstract int GetNrOfInstances(ActorSystem system);

    /// <summary>Props of this pool of actors of other props.</summary>
    public Props Props(Props routeeProps)
    {
        ArgumentNullException.ThrowIfNull(routeeProps);
        return routeeProps.WithRouter(this);
    }

    /// <inheritdoc/>
    public override ActorBase CreateRouterActor() => new RouterPoolActor(Resizer);

    /// <inheritdoc/>
    public bool Equals(Pool? other) => Equals((RouterConfig?)other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RouterConfig);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), NrOfInstances);

    internal static int Instances(Config config) => Checked(config.GetInt("nr-of-instances", 1), "nr-of-instances");

    internal static bool PoolDispatcher(Config config) => config.HasPath("pool-dispatcher");

    internal static int Checked(int value, string key) => value >= 1
        ? value
        : throw new ConfigurationException($"{key} of a router's deployment is {value}; at least 1 is allowed.");

    internal override Routee[] InitialRoutees(ActorSystemImpl system, ActorCell cell, Props routeeProps)
    {
        int count = GetNrOfInstances(system);
        Routee[] routees = new Routee[count];
        for (int i = 0; i < count; i++)
        {
            routees[i] = new ActorRefRoutee(cell.AttachChild(routeeProps, isSystemService: false));
        }

        return routees;
    }

    internal override bool SameSettings(RouterConfig other) => other is Pool pool
        && base.SameSettings(other)
        && NrOfInstances == pool.NrOfInstances
        && UsePoolDispatcher == pool.UsePoolDispatcher
        && Equals(Resizer, pool.Resizer)
        && Equals(SupervisorStrategy, pool.SupervisorStrategy);

    // What code says of a router (its strategy, its resizer) holds where the deployment, which wins otherwise, says nothing.
    private protected RouterConfig OverrideUnset(RouterConfig other, Func<Resizer, SupervisorStrategy, RouterConfig> with)
    {
        if (other is not Pool pool)
        {
            return this;
        }

        SupervisorStrategy strategy = ReferenceEquals(SupervisorStrategy, DefaultSupervisorStrategy) ? pool.SupervisorStrategy : SupervisorStrategy;
        Resizer resizer = Resizer ?? pool.Resizer;
        return ReferenceEquals(strategy, SupervisorStrategy) && ReferenceEquals(resizer, Resizer) ? this : with(resizer, strategy);
    }
}
