using Meditron.Actors.Dispatch;

namespace Meditron.Actors.Actor;

/// <summary>Creates and finds actors.</summary>
public interface IActorRefFactory
{
    /// <summary>Creates an actor as a child; without a name it gets one.</summary>
    /// <exception cref="InvalidActorNameException">The name is not valid, or taken.</exception>
    IActorRef ActorOf(Props props, string? name = null);

    /// <summary>Finds actors by path when a message is sent, wildcards allowed.</summary>
    ActorSelection ActorSelection(ActorPath actorPath);

    /// <summary>Finds actors by path when a message is sent, wildcards allowed.</summary>
    ActorSelection ActorSelection(string actorPath);
}

/// <summary>Watches other actors for their end.</summary>
public interface ICanWatch
{
    /// <summary>Receives <see cref="Terminated"/> when the actor stops, or at once if it has.</summary>
    IActorRef Watch(IActorRef subject);

    /// <summary>Receives a message of its own when the actor stops.</summary>
    IActorRef WatchWith(IActorRef subject, object message);

    /// <summary>Ends watching; no notice of it arrives any more, even if it is queued already.</summary>
    IActorRef Unwatch(IActorRef subject);
}

/// <summary>What an actor sees of the engine.</summary>
public interface IActorContext : IActorRefFactory, ICanWatch
{
    /// <summary>The actor's own reference.</summary>
    IActorRef Self { get; }

    /// <summary>What the actor was made from.</summary>
    Props Props { get; }

    /// <summary>The sender of the message being processed.</summary>
    IActorRef Sender { get; }

    /// <summary>The system.</summary>
    ActorSystem System { get; }

    /// <summary>The parent.</summary>
    IActorRef Parent { get; }

    /// <summary>The dispatcher that runs the actor.</summary>
    MessageDispatcher Dispatcher { get; }

    /// <summary>The receive timeout; null for none.</summary>
    TimeSpan? ReceiveTimeout { get; }

    /// <summary>Replaces the behaviour, and forgets those stacked.</summary>
    void Become(Receive receive);

    /// <summary>Replaces the behaviour, keeping the present one.</summary>
    void BecomeStacked(Receive receive);

    /// <summary>Goes back to the behaviour before.</summary>
    void UnbecomeStacked();

    /// <summary>The child of a name, or <see cref="Nobody"/>.</summary>
    IActorRef Child(string name);

    /// <summary>All children.</summary>
    IEnumerable<IActorRef> GetChildren();

    /// <summary>Sets the receive timeout; null for none.</summary>
    void SetReceiveTimeout(TimeSpan? timeout);

    /// <summary>Stops an actor.</summary>
    void Stop(IActorRef child);
}

/// <summary>What an untyped actor sees of the engine.</summary>
public interface IUntypedActorContext : IActorContext
{
    /// <summary>Replaces the behaviour, and forgets those stacked.</summary>
    void Become(UntypedReceive receive);

    /// <summary>Replaces the behaviour, keeping the present one.</summary>
    void BecomeStacked(UntypedReceive receive);
}
