using Meditron.Actors.Actor;

namespace Meditron.Actors.Routing;

/// <summary>How a router distributes messages, and where its routees come from.</summary>
public abstract class RouterConfig : IEquatable<RouterConfig>
{
    /// <summary>Creates a configuration with the default dispatcher for the router's own actor.</summary>
    protected RouterConfig()
        : this(Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates a configuration with a dispatcher for the router's own actor.</summary>
    protected RouterConfig(string routerDispatcher)
    {
        RouterDispatcher = string.IsNullOrEmpty(routerDispatcher) ? Dispatch.Dispatchers.DefaultDispatcherId : routerDispatcher;
    }

    /// <summary>The dispatcher of the router's own actor, which handles its management.</summary>
    public virtual string RouterDispatcher { get; }

    /// <summary>Whether the router stops with its last routee.</summary>
    public virtual bool StopRouterWhenAllRouteesRemoved => true;

    /// <summary>Makes the router, without routees.</summary>
    public abstract Router CreateRouter(ActorSystem system);

    /// <summary>Makes the actor that manages the router.</summary>
    public abstract ActorBase CreateRouterActor();

    /// <summary>An actor of the routing logic's own, which gets what the router's actor does not handle; none by default.</summary>
    public virtual Props? RoutingLogicController(RoutingLogic routingLogic) => null;

    /// <summary>Whether a message is for the router's own actor rather than for a routee.</summary>
    public virtual bool IsManagementMessage(object message) => message is IAutoReceivedMessage or RouterManagementMessage;

    /// <summary>This configuration, and another where this one says nothing.</summary>
    public virtual RouterConfig WithFallback(RouterConfig routerConfig) => this;

    /// <summary>Throws if this configuration cannot be used at a path.</summary>
    public virtual void VerifyConfig(ActorPath path)
    {
    }

    /// <inheritdoc/>
    public bool Equals(RouterConfig? other) => ReferenceEquals(this, other) || (other is not null && GetType() == other.GetType() && SameSettings(other));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RouterConfig);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(GetType(), RouterDispatcher);

    /// <summary>Makes the reference that routes in the sender's thread.</summary>
    internal virtual IInternalActorRef CreateActorRef(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path)
    {
        VerifyConfig(path);
        return new RoutedActorRef(system, this, props, supervisor, path);
    }

    /// <summary>The strategy for the router's children.</summary>
    internal virtual SupervisorStrategy? ChildStrategy => null;

    /// <summary>The routees that the router starts with; a pool creates them as children of the router.</summary>
    internal abstract Routee[] InitialRoutees(ActorSystemImpl system, ActorCell cell, Props routeeProps);

    internal virtual bool SameSettings(RouterConfig other) => RouterDispatcher == other.RouterDispatcher;
}

/// <summary>A router configuration of a user's own, without routees of its own.</summary>
public abstract class CustomRouterConfig : RouterConfig
{
    /// <summary>Creates a configuration.</summary>
    protected CustomRouterConfig()
    {
    }

    /// <summary>Creates a configuration with a dispatcher for the router's own actor.</summary>
    protected CustomRouterConfig(string routerDispatcher)
        : base(routerDispatcher)
    {
    }

    /// <inheritdoc/>
    public override ActorBase CreateRouterActor() => new RouterActor();

    internal override Routee[] InitialRoutees(ActorSystemImpl system, ActorCell cell, Props routeeProps) => [];
}
