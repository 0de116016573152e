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

    internal override IInternalActorRef CreateActorRef(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path) =>
        new LocalActorRef(system, props, system.Dispatchers.Lookup(props.Dispatcher), supervisor, path);
}
