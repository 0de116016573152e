using Meditron.Actors.Dispatch;

namespace Meditron.Actors.Actor;

/// <summary>An actor that declares a handler for each type of message, in its constructor or in <see cref="Become(Action)"/>; the first that fits handles the message.</summary>
public abstract class ReceiveActor : UntypedActor
{
    private MessageHandlers.Declaration? _declaration = new();
    private MessageHandlers? _handlers;

    /// <summary>Made by the engine alone.</summary>
    protected ReceiveActor()
    {
    }

    private MessageHandlers.Declaration Declaration => _declaration
        ?? throw new InvalidOperationException($"{GetType().Name}: handlers are declared in the constructor and inside Become alone.");

    internal override void Constructed()
    {
        _handlers = _declaration!.End();
        _declaration = null;
    }

    internal override Receive InitialBehavior() => _handlers!.Receive;

    /// <inheritdoc/>
    protected sealed override void OnReceive(object message)
    {
        if (!_handlers!.Receive(message))
        {
            Unhandled(message);
        }
    }

    /// <summary>Replaces the behaviour by one whose handlers the action declares.</summary>
    protected void Become(Action configure) => base.Become(Declare(configure));

    /// <summary>Replaces the behaviour by one whose handlers the action declares, keeping the present one.</summary>
    protected void BecomeStacked(Action configure) => base.BecomeStacked(Declare(configure));

    /// <summary>Handles messages of a type, where a condition holds.</summary>
    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Declaration.Add(handler, shouldHandle);

    /// <summary>Handles messages of a type, where a condition holds.</summary>
    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Declaration.Add(handler, shouldHandle);

    /// <summary>Handles messages of a type; a handler that returns false has not handled the message.</summary>
    protected void Receive<T>(Func<T, bool> handler) => Declaration.Add(handler);

    /// <summary>Handles messages of a type, where a condition holds.</summary>
    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) => Declaration.Add(messageType, handler, shouldHandle);

    /// <summary>Handles messages of a type, where a condition holds.</summary>
    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) => Declaration.Add(messageType, handler, shouldHandle);

    /// <summary>Handles messages of a type; a handler that returns false has not handled the message.</summary>
    protected void Receive(Type messageType, Func<object, bool> handler) => Declaration.Add(messageType, handler);

    /// <summary>Handles all messages.</summary>
    protected void ReceiveAny(Action<object> handler) => Declaration.AddAny(handler);

    /// <summary>Handles messages of a type asynchronously: no other is processed before the handler has ended.</summary>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) => Declaration.Add(Wrap(handler), shouldHandle);

    /// <summary>Handles messages of a type asynchronously, where a condition holds.</summary>
    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Declaration.Add(Wrap(handler), shouldHandle);

    /// <summary>Handles messages of a type asynchronously, where a condition holds.</summary>
    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) => Declaration.Add(messageType, Wrap(handler), shouldHandle);

    /// <summary>Handles messages of a type asynchronously, where a condition holds.</summary>
    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) => Declaration.Add(messageType, Wrap(handler), shouldHandle);

    /// <summary>Handles all messages asynchronously.</summary>
    protected void ReceiveAnyAsync(Func<object, Task> handler) => Declaration.AddAny(Wrap(handler));

    private static Action<T> Wrap<T>(Func<T, Task> handler) => message => ActorTaskScheduler.RunTask(() => handler(message));

    private Receive Declare(Action configure)
    {
        var outer = _declaration;
        _declaration = new MessageHandlers.Declaration();
        try
        {
            configure();
            return _declaration.End().Receive;
        }
        finally
        {
            _declaration = outer;
        }
    }
}
