using Meditron.Actors.Actor;
using Meditron.Actors.Dispatch.SysMsg;

namespace Meditron.Actors.TestKit;

/// <summary>A reference to an actor that runs on the thread that tells it, with its instance in reach.</summary>
public abstract class TestActorRefBase<TActor> : IInternalActorRef, IEquatable<IActorRef>
    where TActor : ActorBase
{
    private readonly LocalActorRef _internalRef;

    /// <summary>Starts the actor.</summary>
    protected TestActorRefBase(ActorSystem system, Props actorProps, IActorRef? supervisor = null, string? name = null)
    {
        var props = actorProps.Deploy.Dispatcher == Deploy.NoDispatcherGiven ? actorProps.WithDispatcher(CallingThreadDispatcher.Id) : actorProps;
        var parent = (LocalActorRef)(supervisor is TestProbe probe ? probe.Ref : supervisor ?? ((ExtendedActorSystem)system).Guardian);
        _internalRef = (LocalActorRef)parent.Cell.AttachChild(props, isSystemService: false, name);
    }

    /// <summary>The plain reference.</summary>
    public IActorRef Ref => _internalRef;

    /// <inheritdoc/>
    public ActorPath Path => _internalRef.Path;

    /// <summary>The actor's present instance.</summary>
    /// <exception cref="InvalidOperationException">There is none, as the actor was stopped or could not be created.</exception>
    public TActor UnderlyingActor => _internalRef.Cell.ActorInstance switch
    {
        TActor actor => actor,
        null => throw new InvalidOperationException($"{_internalRef} has no instance: it was stopped, could not be created, or does not run on the calling thread."),
        var other => throw new InvalidOperationException($"{_internalRef} is a {other.GetType()}, not a {typeof(TActor)}."),
    };

    bool IActorRefScope.IsLocal => true;

    IInternalActorRef? IInternalActorRef.Parent => _internalRef.Parent;

    IActorRefProvider IInternalActorRef.Provider => _internalRef.Provider;

    bool IInternalActorRef.IsTerminated => _internalRef.IsTerminated;

    /// <summary>Compares two references.</summary>
    public static bool operator ==(TestActorRefBase<TActor>? testActorRef, IActorRef? actorRef) =>
        testActorRef is null ? actorRef is null : testActorRef.Equals(actorRef);

    /// <summary>Compares two references.</summary>
    public static bool operator !=(TestActorRefBase<TActor>? testActorRef, IActorRef? actorRef) => !(testActorRef == actorRef);

    /// <summary>Compares two references.</summary>
    public static bool operator ==(IActorRef? actorRef, TestActorRefBase<TActor>? testActorRef) => testActorRef == actorRef;

    /// <summary>Compares two references.</summary>
    public static bool operator !=(IActorRef? actorRef, TestActorRefBase<TActor>? testActorRef) => !(testActorRef == actorRef);

    /// <summary>The plain reference of a test reference.</summary>
    public static IActorRef ToActorRef(TestActorRefBase<TActor> actorRef) => actorRef._internalRef;

    /// <summary>Lets the actor process a message now, on this thread; what it throws comes out here and is not supervised.</summary>
    public void Receive(object message, IActorRef? sender = null) => _internalRef.Cell.ReceiveMessageForTest(new Envelope(message, sender));

    /// <summary>Lets the actor process a message now, and waits for its asynchronous handler.</summary>
    public Task ReceiveAsync(object message, IActorRef? sender = null) => _internalRef.Cell.ReceiveMessageForTestAsync(new Envelope(message, sender));

    /// <summary>Sends a message.</summary>
    public void Tell(object message, IActorRef? sender) => _internalRef.Tell(message, sender);

    /// <summary>Sends a message; the sender is the actor that runs now, if one does.</summary>
    public void Tell(object message) => _internalRef.Tell(message, ActorCell.GetCurrentSelfOrNoSender());

    /// <summary>Sends a message on, keeping its sender.</summary>
    public void Forward(object message) => _internalRef.Tell(message, ActorCell.GetCurrentSenderOrNoSender());

    /// <summary>Lets the actor watch another.</summary>
    public void Watch(IActorRef subject) => _internalRef.Cell.Watch(subject);

    /// <summary>Lets the actor watch another no longer.</summary>
    public void Unwatch(IActorRef subject) => _internalRef.Cell.Unwatch(subject);

    /// <inheritdoc/>
    public bool Equals(IActorRef? other) => _internalRef.Equals(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => _internalRef.Equals(obj is TestActorRefBase<TActor> other ? other._internalRef : obj);

    /// <inheritdoc/>
    public override int GetHashCode() => _internalRef.GetHashCode();

    /// <inheritdoc/>
    public int CompareTo(object? obj) => _internalRef.CompareTo(obj);

    /// <inheritdoc/>
    public override string ToString() => _internalRef.ToString();

    int IComparable<IActorRef>.CompareTo(IActorRef? other) => _internalRef.CompareTo(other);

    IActorRef IInternalActorRef.GetChild(IReadOnlyList<string> name) => _internalRef.GetChild(name);

    void IInternalActorRef.Start() => _internalRef.Start();

    void IInternalActorRef.Resume(Exception? causedByFailure) => _internalRef.Resume(causedByFailure);

    void IInternalActorRef.Suspend() => _internalRef.Suspend();

    void IInternalActorRef.Restart(Exception cause) => _internalRef.Restart(cause);

    void IInternalActorRef.Stop() => _internalRef.Stop();

    void IInternalActorRef.SendSystemMessage(SystemMessage message) => _internalRef.SendSystemMessage(message);
}

/// <summary>A reference to an actor that runs on the thread that tells it, with its instance in reach.</summary>
public class TestActorRef<TActor> : TestActorRefBase<TActor>
    where TActor : ActorBase
{
    /// <summary>Starts the actor.</summary>
    public TestActorRef(ActorSystem system, Props actorProps, IActorRef? supervisor = null, string? name = null)
        : base(system, actorProps, supervisor, name)
    {
    }

    /// <summary>Compares two references.</summary>
    public static bool operator ==(TestActorRef<TActor>? testActorRef, IActorRef? actorRef) =>
        testActorRef is null ? actorRef is null : testActorRef.Equals(actorRef);

    /// <summary>Compares two references.</summary>
    public static bool operator !=(TestActorRef<TActor>? testActorRef, IActorRef? actorRef) => !(testActorRef == actorRef);

    /// <summary>Compares two references.</summary>
    public static bool operator ==(IActorRef? actorRef, TestActorRef<TActor>? testActorRef) => testActorRef == actorRef;

    /// <summary>Compares two references.</summary>
    public static bool operator !=(IActorRef? actorRef, TestActorRef<TActor>? testActorRef) => !(testActorRef == actorRef);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => base.Equals(obj);

    /// <inheritdoc/>
    public override int GetHashCode() => base.GetHashCode();
}
