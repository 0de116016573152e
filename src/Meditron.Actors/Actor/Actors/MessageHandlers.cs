namespace Meditron.Actors.Actor;

/// <summary>Handlers by type of message, in the order they were declared; the first that fits handles a message.</summary>
internal sealed class MessageHandlers
{
    private readonly Handler[] _handlers;

    private MessageHandlers(Handler[] handlers) => _handlers = handlers;

    public bool Receive(object message)
    {
        foreach (var handler in _handlers)
        {
            if (handler.TryHandle(message))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Collects handlers while an actor declares them.</summary>
    public sealed class Declaration
    {
        private readonly List<Handler> _handlers = [];
        private bool _catchesAll;

        public void Add<T>(Action<T> handler, Predicate<T>? shouldHandle) => Add(new Typed<T>(handler, shouldHandle), shouldHandle is null && typeof(T) == typeof(object));

        public void Add<T>(Func<T, bool> handler) => Add(new Trying<T>(handler), catchesAll: false);

        public void Add(Type type, Action<object> handler, Predicate<object>? shouldHandle) =>
            Add(new OfType(type, handler, shouldHandle), shouldHandle is null && type == typeof(object));

        public void Add(Type type, Func<object, bool> handler) => Add(new Trying<object>(message => type.IsInstanceOfType(message) && handler(message)), catchesAll: false);

        public void AddAny(Action<object> handler) => Add(new Typed<object>(handler, null), catchesAll: true);

        public MessageHandlers End() => new([.. _handlers]);

        private void Add(Handler handler, bool catchesAll)
        {
            if (_catchesAll)
            {
                throw new InvalidOperationException("A handler that catches all messages has been added; none after it could ever run.");
            }

            _catchesAll = catchesAll;
            _handlers.Add(handler);
        }
    }

    private abstract class Handler
    {
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
}
