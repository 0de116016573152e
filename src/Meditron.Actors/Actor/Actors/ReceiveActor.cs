using Meditron.Actors.Dispatch;

namespace Meditron.Actors.Actor;

/// <summary>An actor that declares a handler for each type of message, in its constructor or in <see cref="Become(Action)"/>; the first that fits handles the message.</summary>
public abstract class ReceiveActor : UntypedActor
{
    private List<Handler>? _declaring = [];
    private Handler[]? _handlers;

    /// <summary>Made by the engine alone.</summary>
    protected ReceiveActor()
    {
    }

    internal override void Constructed() => _handlers = Finish();

    internal override Receive InitialBehavior() => new Behavior(_handlers!).Receive;

    /// <inheritdoc/>
    protected sealed override void OnReceive(object message)
    {
        if (!new Behavior(_handlers!).Receive(message))
        {
            Unhandled(message);
        }
    }

    /// <summary>Replaces the behaviour by one whose handlers the action declares.</summary>
    protected void Become(Action configure) => base.Become(Declare(configure));

    /// <summary>Replaces the behaviour by one whose handlers the action declares, keeping the present one.</summary>
    protected void BecomeStacked(Action configure) => base.BecomeStacked(Declare(configure));

    /// <summary>Handles messages of a type, where a condition holds.</summary>
    protected void Receive<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Add(new Typed<T>(handler, shouldHandle), shouldHandle is null && typeof(T) == typeof(object));

    /// <summary>Handles messages of a type, where a condition holds.</summary>
    protected void Receive<T>(Predicate<T> shouldHandle, Action<T> handler) => Receive(handler, shouldHandle);

    /// <summary>Handles messages of a type; a handler that returns false has not handled the message.</summary>
    protected void Receive<T>(Func<T, bool> handler) => Add(new Trying<T>(handler), catchesAll: false);

    /// <summary>Handles messages of a type, where a condition holds.</summary>
    protected void Receive(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) =>
        Add(new OfType(messageType, handler, shouldHandle), shouldHandle is null && messageType == typeof(object));

    /// <summary>Handles messages of a type, where a condition holds.</summary>
    protected void Receive(Type messageType, Predicate<object> shouldHandle, Action<object> handler) => Receive(messageType, handler, shouldHandle);

    /// <summary>Handles messages of a type; a handler that returns false has not handled the message.</summary>
    protected void Receive(Type messageType, Func<object, bool> handler) => Add(new Trying<object>(message => messageType.IsInstanceOfType(message) && handler(message)), catchesAll: false);

    /// <summary>Handles all messages.</summary>
    protected void ReceiveAny(Action<object> handler) => Add(new Typed<object>(handler, null), catchesAll: true);

    /// <summary>Handles messages of a type asynchronously: no other is processed before the handler has ended.</summary>
    protected void ReceiveAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) => Receive(Wrap(handler), shouldHandle);

    /// <summary>Handles messages of a type asynchronously, where a condition holds.</summary>
    protected void ReceiveAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Receive(Wrap(handler), shouldHandle);

    /// <summary>Handles messages of a type asynchronously, where a condition holds.</summary>
    protected void ReceiveAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) => Receive(messageType, Wrap(handler), shouldHandle);

    /// <summary>Handles messages of a type asynchronously, where a condition holds.</summary>
    protected void ReceiveAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) => Receive(messageType, Wrap(handler), shouldHandle);

    /// <summary>Handles all messages asynchronously.</summary>
    protected void ReceiveAnyAsync(Func<object, Task> handler) => ReceiveAny(Wrap(handler));

    private static Action<T> Wrap<T>(Func<T, Task> handler) => message => ActorTaskScheduler.RunTask(() => handler(message));

    private Receive Declare(Action configure)
    {
        var outer = _declaring;
        _declaring = [];
        try
        {
            configure();
            return new Behavior(Finish()).Receive;
        }
        finally
        {
            _declaring = outer;
        }
    }

    private Handler[] Finish()
    {
        var handlers = _declaring?.ToArray() ?? [];
        _declaring = null;
        return handlers;
    }

    private void Add(Handler handler, bool catchesAll)
    {
        if (_declaring is null)
        {
            throw new InvalidOperationException($"{GetType().Name}: handlers are declared in the constructor and inside Become alone.");
        }

        if (_declaring is [.., { CatchesAll: true }])
        {
            throw new InvalidOperationException($"{GetType().Name}: a handler that catches all messages has been added; none after it could ever run.");
        }

        handler.CatchesAll = catchesAll;
        _declaring.Add(handler);
    }

    private abstract class Handler
    {
        public bool CatchesAll { get; set; }

        public abstract bool TryHandle(object message);
    }

    private sealed class Typed<T>(Action<T> handler, Predicate<T>? shouldHandle) : Handler
    {
        public override bool TryHandle(object message)
        {
            if (message is not T typed || shouldHandle?.Invoke(typed) == false)
            {
                return false;
            }

            handler(typed);
            return true;
        }
    }

    private sealed class Trying<T>(Func<T, bool> handler) : Handler
    {
        public override bool TryHandle(object message) => message is T typed && handler(typed);
    }

    private sealed class OfType(Type type, Action<object> handler, Predicate<object>? shouldHandle) : Handler
    {
        public override bool TryHandle(object message)
        {
            if (!type.IsInstanceOfType(message) || shouldHandle?.Invoke(message) == false)
            {
                return false;
            }

            handler(message);
            return true;
        }
    }

    private sealed class Behavior(Handler[] handlers)
    {
        public bool Receive(object message)
        {
            foreach (var handler in handlers)
            {
                if (handler.TryHandle(message))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
