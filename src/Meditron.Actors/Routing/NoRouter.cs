using Meditron.Actors.Actor;

namespace Meditron.Actors.Routing;

/// <summary>No router: an ordinary actor.</summary>
public class NoRouter : RouterConfig
{
    /// <summary>Made once.</summary>
    protected NoRouter()
    {
    }

    /// <summary>The only instance.</summary>
    public static NoRouter Instance { get; } = new();

    /// <inheritdoc/>
    public override string RouterDispatcher => string.Empty;

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => throw new NotSupportedException("NoRouter makes no router.");

    /// <inheritdoc/>
    public override ActorBase CreateRouterActor() => throw new NotSupportedException("NoRouter makes no router actor.");

    /// <inheritdoc/>
    public override RouterConfig WithFallback(RouterConfig routerConfig) => routerConfig;

    /// <summary>The props as they are, with no router.</summary>
    public Props Props(Props routeeProps)
    {
        ArgumentNullException.ThrowIfNull(routeeProps);
        return routeeProps.WithRouter(this);
    }

    internal override IInternalActorRef CreateActorRef(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path) =>
        new LocalActorRef(system, props, system.Dispatchers.Lookup(props.Dispatcher), supervisor, path);

    internal override Routee[] InitialRoutees(ActorSystemImpl system, ActorCell cell, Props routeeProps) => [];
}
