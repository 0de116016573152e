using Meditron.Actors.Event;

namespace Meditron.Actors.Actor;

/// <summary>Receives messages outside of any actor.</summary>
public interface IInboxable : ICanWatch
{
    /// <summary>The actor to which messages for the inbox go.</summary>
    IActorRef Receiver { get; }

    /// <summary>The next message, waited for as long as <c>akka.actor.inbox.default-timeout</c>.</summary>
    object Receive();

    /// <summary>The next message.</summary>
    object Receive(TimeSpan timeout);

    /// <summary>The next message, waited for as long as <c>akka.actor.inbox.default-timeout</c>.</summary>
    Task<object> ReceiveAsync();

    /// <summary>The next message.</summary>
    Task<object> ReceiveAsync(TimeSpan timeout);

    /// <summary>The next message that a predicate chooses; the others stay.</summary>
    object ReceiveWhere(Predicate<object> predicate);

    /// <summary>The next message that a predicate chooses; the others stay.</summary>
    object ReceiveWhere(Predicate<object> predicate, TimeSpan timeout);

    /// <summary>Sends a message whose answer comes to the inbox.</summary>
    void Send(IActorRef target, object message);
}

/// <summary>An actor's mailbox for code that is no actor: messages wait in it until they are asked for.</summary>
public class Inbox : IInboxable, IDisposable
{
    private readonly ActorSystem _system;
    private readonly InboxQueue _queue;
    private readonly TimeSpan _defaultTimeout;

    private Inbox(ActorSystem system, InboxQueue queue, IActorRef receiver, TimeSpan defaultTimeout)
    {
        _system = system;
        _queue = queue;
        _defaultTimeout = defaultTimeout;
        Receiver = receiver;
    }

    /// <inheritdoc/>
    public IActorRef Receiver { get; }

    /// <summary>Creates an inbox with an actor of its own.</summary>
    public static Inbox Create(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        ActorSystemImpl impl = (ActorSystemImpl)system;
        int size = system.Settings.Config.GetInt("akka.actor.inbox.inbox-size", 1000);
        if (size < 1)
        {
            throw new Configuration.ConfigurationException($"akka.actor.inbox.inbox-size is {size}; at least 1 is allowed.");
        }

        InboxQueue queue = new(impl, size);
        IActorRef receiver = impl.SystemActorOf(Props.Create(typeof(InboxActor), queue), null!);
        return new Inbox(system, queue, receiver, system.Settings.Config.GetTimeSpan("akka.actor.inbox.default-timeout", TimeSpan.FromSeconds(5)));
    }

    /// <inheritdoc/>
    public object Receive() => Receive(_defaultTimeout);

    /// <inheritdoc/>
    public object Receive(TimeSpan timeout) => ReceiveAsync(timeout).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public Task<object> ReceiveAsync() => ReceiveAsync(_defaultTimeout);

    /// <inheritdoc/>
    public Task<object> ReceiveAsync(TimeSpan timeout) => _queue.Take(null, timeout);

    /// <inheritdoc/>
    public object ReceiveWhere(Predicate<object> predicate) => ReceiveWhere(predicate, _defaultTimeout);

    /// <inheritdoc/>
    public object ReceiveWhere(Predicate<object> predicate, TimeSpan timeout) => _queue.Take(predicate, timeout).GetAwaiter().GetResult();

    /// <inheritdoc/>
    public void Send(IActorRef target, object message)
    {
        ArgumentNullException.ThrowIfNull(target);
        target.Tell(message, Receiver);
    }

    /// <inheritdoc/>
    public IActorRef Watch(IActorRef subject)
    {
        Receiver.Tell(new InboxActor.StartWatch(subject, null), ActorRefs.NoSender);
        return subject;
    }

    /// <inheritdoc/>
    public IActorRef WatchWith(IActorRef subject, object message)
    {
        Receiver.Tell(new InboxActor.StartWatch(subject, message), ActorRefs.NoSender);
        return subject;
    }

    /// <inheritdoc/>
    public IActorRef Unwatch(IActorRef subject)
    {
        Receiver.Tell(new InboxActor.StopWatch(subject), ActorRefs.NoSender);
        return subject;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the inbox's actor.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _system.Stop(Receiver);
        }
    }
}
