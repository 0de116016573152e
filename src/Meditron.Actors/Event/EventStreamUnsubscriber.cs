using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>Watches the subscribers of the event stream and ends the subscriptions of those that stop.</summary>
internal sealed class EventStreamUnsubscriber(EventStream eventStream) : ActorBase
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case Watched watched:
                // Refs without a mailbox (the standard output logger, promises) are never told of anybody's end.
                if (watched.Subscriber is not MinimalActorRef)
                {
                    Context.Watch(watched.Subscriber);
                }

                return true;
            case MaybeUnwatched maybe:
                if (!eventStream.HasSubscriptions(maybe.Subscriber) && maybe.Subscriber is not MinimalActorRef)
                {
                    Context.Unwatch(maybe.Subscriber);
                }

                return true;
            case Terminated terminated:
                eventStream.Unsubscribe(terminated.ActorRef);
                return true;
            default:
                return false;
        }
    }

    internal sealed record Watched(IActorRef Subscriber) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    internal sealed record MaybeUnwatched(IActorRef Subscriber) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
}
