namespace Meditron.Actors.Persistence;

/// <summary>A handler that waits for its event to be written.</summary>
public interface IPendingHandlerInvocation
{
    /// <summary>The event.</summary>
    object Event { get; }

    /// <summary>The handler.</summary>
    Action<object> Handler { get; }
}

/// <summary>A handler before which no command is processed.</summary>
public sealed class StashingHandlerInvocation : IPendingHandlerInvocation
{
    /// <summary>Puts an event and its handler together.</summary>
    public StashingHandlerInvocation(object evt, Action<object> handler)
    {
        Event = evt;
        Handler = handler;
    }

    /// <inheritdoc/>
    public object Event { get; }

    /// <inheritdoc/>
    public Action<object> Handler { get; }
}

/// <summary>A handler that commands need not wait for.</summary>
public sealed class AsyncHandlerInvocation : IPendingHandlerInvocation
{
    /// <summary>Puts an event and its handler together.</summary>
    public AsyncHandlerInvocation(object evt, Action<object> handler)
    {
        Event = evt;
        Handler = handler;
    }

    /// <inheritdoc/>
    public object Event { get; }

    /// <inheritdoc/>
    public Action<object> Handler { get; }
}
