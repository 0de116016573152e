using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>An event bus whose subscribers are actors.</summary>
/// <typeparam name="TEvent">What is published.</typeparam>
/// <typeparam name="TClassifier">What is subscribed to.</typeparam>
public abstract class ActorEventBus<TEvent, TClassifier> : EventBus<TEvent, TClassifier, IActorRef>
    where TClassifier : notnull
{
    /// <summary>Creates a bus without subscribers.</summary>
    protected ActorEventBus()
    {
    }
}
