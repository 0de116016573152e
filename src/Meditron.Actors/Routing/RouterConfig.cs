using Meditron.Actors.Actor;

namespace Meditron.Actors.Routing;

/// <summary>How a router distributes messages, and where its routees come from.</summary>
public abstract class RouterConfig
{
    /// <summary>Made by its subclasses.</summary>
    protected RouterConfig()
    {
    }

    /// <summary>Makes the reference that routes in the sender's thread.</summary>
    internal abstract IInternalActorRef CreateActorRef(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path);
}
