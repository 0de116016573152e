using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Routing;

/// <summary>A router that <c>akka.actor.deployment</c> describes at the actor's path.</summary>
public class FromConfig : Pool
{
    /// <summary>Creates the configuration.</summary>
    public FromConfig()
        : this(null!, DefaultSupervisorStrategy, Dispatch.Dispatchers.DefaultDispatcherId)
    {
    }

    /// <summary>Creates the configuration with what the deployment does not say.</summary>
    public FromConfig(Resizer resizer, SupervisorStrategy supervisorStrategy, string routerDispatcher)
        : base(0, resizer, supervisorStrategy, routerDispatcher, usePoolDispatcher: false)
    {
    }

    /// <summary>The plain instance.</summary>
    public static FromConfig Instance { get; } = new();

    /// <inheritdoc/>
    public override Router CreateRouter(ActorSystem system) => throw new NotSupportedException("A router from the configuration needs akka.actor.deployment; it makes no router itself.");

    /// <inheritdoc/>
    public override ActorBase CreateRouterActor() => throw new NotSupportedException("A router from the configuration needs akka.actor.deployment; it makes no router actor itself.");

    /// <inheritdoc/>
    public override int GetNrOfInstances(ActorSystem system) => 0;

    /// <inheritdoc/>
    public override void VerifyConfig(ActorPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string relative = "/" + string.Join('/', path.Elements.Skip(1));
        throw new ConfigurationException($"The router at {path} is to come from the configuration, but akka.actor.deployment has no router for \"{relative}\".");
    }

    /// <summary>This configuration with a strategy for the routees' failures.</summary>
    public FromConfig WithSupervisorStrategy(SupervisorStrategy strategy) => new(Resizer, strategy, RouterDispatcher);

    /// <summary>This configuration with a resizer.</summary>
    public FromConfig WithResizer(Resizer resizer) => new(resizer, SupervisorStrategy, RouterDispatcher);

    /// <summary>This configuration with a dispatcher for the router's own actor.</summary>
    public FromConfig WithDispatcher(string dispatcherId) => new(Resizer, SupervisorStrategy, dispatcherId);

    /// <summary>Props of a router whose routees, if it is a group, exist already.</summary>
    public Props Props() => Actor.Props.Empty.WithRouter(this);
}
