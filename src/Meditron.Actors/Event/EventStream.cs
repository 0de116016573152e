using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>
/// The actor system's own bus: events go to the actors that subscribed to their type, a base type or an interface of it. An
/// actor that stops is unsubscribed.
/// </summary>
public class EventStream : LoggingBus
{
    private readonly bool _debug;
    private readonly Lock _watching = new();
    private readonly List<object> _early = [];
    private IActorRef? _unsubscriber;

    /// <summary>Creates a stream; with <paramref name="debug"/> every subscription is logged at debug level.</summary>
    public EventStream(bool debug)
    {
        _debug = debug;
    }

    /// <inheritdoc/>
    public override bool Subscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(channel);
        bool changed = base.Subscribe(subscriber, channel);
        if (changed)
        {
            ToUnsubscriber(new EventStreamUnsubscriber.Watched(subscriber));
        }

        Trace(changed, "subscribed", subscriber, channel);
        return changed;
    }

    /// <inheritdoc/>
    public override bool Unsubscribe(IActorRef subscriber, Type channel)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        ArgumentNullException.ThrowIfNull(channel);
        bool changed = base.Unsubscribe(subscriber, channel);
        if (changed)
        {
            ToUnsubscriber(new EventStreamUnsubscriber.MaybeUnwatched(subscriber));
        }

        Trace(changed, "unsubscribed", subscriber, channel);
        return changed;
    }

    /// <inheritdoc/>
    public override bool Unsubscribe(IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(subscriber);
        bool changed = base.Unsubscribe(subscriber);
        if (changed)
        {
            ToUnsubscriber(new EventStreamUnsubscriber.MaybeUnwatched(subscriber));
        }

        Trace(changed, "unsubscribed", subscriber, null);
        return changed;
    }

    /// <summary>Starts the actor that ends the subscriptions of actors that stop.</summary>
    internal void StartUnsubscriber(ActorSystemImpl system)
    {
        ArgumentNullException.ThrowIfNull(system);
        lock (_watching)
        {
            if (_unsubscriber is not null)
            {
                return;
            }

            _unsubscriber = system.SystemActorOf(Props.Create(typeof(EventStreamUnsubscriber), this), "eventStreamUnsubscriber");
            foreach (object message in _early)
            {
                _unsubscriber.Tell(message, ActorRefs.NoSender);
            }

            _early.Clear();
        }
    }

    private void ToUnsubscriber(object message)
    {
        lock (_watching)
        {
            if (_unsubscriber is null)
            {
                _early.Add(message);
            }
            else
            {
                _unsubscriber.Tell(message, ActorRefs.NoSender);
            }
        }
    }

    private void Trace(bool changed, string what, IActorRef subscriber, Type? channel)
    {
        if (_debug && changed)
        {
            string about = channel is null ? "all channels" : channel.ToString();
            Publish(new Debug(nameof(EventStream), GetType(), $"{subscriber} {what}: {about}"));
        }
    }
}

/// <summary>Subscribing with the channel as a type parameter.</summary>
public static class EventStreamExtensions
{
    /// <summary>Subscribes to a type of events; false if nothing changed by that.</summary>
    /// <typeparam name="TChannel">The type of events.</typeparam>
    public static bool Subscribe<TChannel>(this EventStream eventStream, IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(eventStream);
        return eventStream.Subscribe(subscriber, typeof(TChannel));
    }

    /// <summary>Ends a subscription to a type of events; false if nothing changed by that.</summary>
    /// <typeparam name="TChannel">The type of events.</typeparam>
    public static bool Unsubscribe<TChannel>(this EventStream eventStream, IActorRef subscriber)
    {
        ArgumentNullException.ThrowIfNull(eventStream);
        return eventStream.Unsubscribe(subscriber, typeof(TChannel));
    }
}
