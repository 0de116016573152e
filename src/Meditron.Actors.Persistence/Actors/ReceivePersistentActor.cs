using Meditron.Actors.Actor;

namespace Meditron.Actors.Persistence;

/// <summary>A persistent actor that declares a handler for each type of command and of recovery message; the first that fits handles the message.</summary>
public abstract class ReceivePersistentActor : UntypedPersistentActor
{
    private readonly MessageHandlers.Declaration _recoverDeclaration = new();
    private MessageHandlers.Declaration? _commandDeclaration = new();
    private MessageHandlers? _commands;
    private MessageHandlers? _recovers;

    /// <summary>Made by the engine alone.</summary>
    protected ReceivePersistentActor()
    {
    }

    private MessageHandlers.Declaration Commands => _commandDeclaration
        ?? throw new InvalidOperationException($"{GetType().Name}: command handlers are declared in the constructor and inside Become alone.");

    private MessageHandlers.Declaration Recovers => _recovers is null
        ? _recoverDeclaration
        : throw new InvalidOperationException($"{GetType().Name}: recovery handlers are declared in the constructor alone.");

    internal override void Constructed()
    {
        _commands = _commandDeclaration!.End();
        _commandDeclaration = null;
        _recovers = _recoverDeclaration.End();
    }

    internal override Receive InitialBehavior() => _commands!.Receive;

    /// <inheritdoc/>
    protected sealed override void OnCommand(object message)
    {
        if (!_commands!.Receive(message))
        {
            Unhandled(message);
        }
    }

    /// <inheritdoc/>
    protected sealed override void OnRecover(object message)
    {
        if (!_recovers!.Receive(message))
        {
            Unhandled(message);
        }
    }

    /// <summary>Replaces the behaviour by one whose handlers the action declares.</summary>
    protected void Become(Action configure) => base.Become(Declare(configure));

    /// <summary>Replaces the behaviour by one whose handlers the action declares, keeping the present one.</summary>
    protected void BecomeStacked(Action configure) => base.BecomeStacked(Declare(configure));

    /// <summary>Handles recovery messages of a type, where a condition holds.</summary>
    protected void Recover<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Recovers.Add(handler, shouldHandle);

    /// <summary>Handles recovery messages of a type, where a condition holds.</summary>
    protected void Recover<T>(Predicate<T> shouldHandle, Action<T> handler) => Recovers.Add(handler, shouldHandle);

    /// <summary>Handles recovery messages of a type; a handler that returns false has not handled the message.</summary>
    protected void Recover<T>(Func<T, bool> handler) => Recovers.Add(handler);

    /// <summary>Handles recovery messages of a type, where a condition holds.</summary>
    protected void Recover(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) => Recovers.Add(messageType, handler, shouldHandle);

    /// <summary>Handles recovery messages of a type, where a condition holds.</summary>
    protected void Recover(Type messageType, Predicate<object> shouldHandle, Action<object> handler) => Recovers.Add(messageType, handler, shouldHandle);

    /// <summary>Handles recovery messages of a type; a handler that returns false has not handled the message.</summary>
    protected void Recover(Type messageType, Func<object, bool> handler) => Recovers.Add(messageType, handler);

    /// <summary>Handles all recovery messages.</summary>
    protected void RecoverAny(Action<object> handler) => Recovers.AddAny(handler);

    /// <summary>Handles commands of a type, where a condition holds.</summary>
    protected void Command<T>(Action<T> handler, Predicate<T>? shouldHandle = null) => Commands.Add(handler, shouldHandle);

    /// <summary>Handles commands of a type, where a condition holds.</summary>
    protected void Command<T>(Predicate<T> shouldHandle, Action<T> handler) => Commands.Add(handler, shouldHandle);

    /// <summary>Handles commands of a type; a handler that returns false has not handled the message.</summary>
    protected void Command<T>(Func<T, bool> handler) => Commands.Add(handler);

    /// <summary>Handles commands of a type, where a condition holds.</summary>
    protected void Command(Type messageType, Action<object> handler, Predicate<object>? shouldHandle = null) => Commands.Add(messageType, handler, shouldHandle);

    /// <summary>Handles commands of a type, where a condition holds.</summary>
    protected void Command(Type messageType, Predicate<object> shouldHandle, Action<object> handler) => Commands.Add(messageType, handler, shouldHandle);

    /// <summary>Handles commands of a type; a handler that returns false has not handled the message.</summary>
    protected void Command(Type messageType, Func<object, bool> handler) => Commands.Add(messageType, handler);

    /// <summary>Handles all commands.</summary>
    protected void Command(Action<object> handler) => Commands.AddAny(handler);

    /// <summary>Handles all commands.</summary>
    protected void CommandAny(Action<object> handler) => Commands.AddAny(handler);

    /// <summary>Handles commands of a type asynchronously: no other is processed before the handler has ended.</summary>
    protected void CommandAsync<T>(Func<T, Task> handler, Predicate<T>? shouldHandle = null) => Commands.Add(Wrap(handler), shouldHandle);

    /// <summary>Handles commands of a type asynchronously, where a condition holds.</summary>
    protected void CommandAsync<T>(Predicate<T> shouldHandle, Func<T, Task> handler) => Commands.Add(Wrap(handler), shouldHandle);

    /// <summary>Handles commands of a type asynchronously, where a condition holds.</summary>
    protected void CommandAsync(Type messageType, Func<object, Task> handler, Predicate<object>? shouldHandle = null) => Commands.Add(messageType, Wrap(handler), shouldHandle);

    /// <summary>Handles commands of a type asynchronously, where a condition holds.</summary>
    protected void CommandAsync(Type messageType, Predicate<object> shouldHandle, Func<object, Task> handler) => Commands.Add(messageType, Wrap(handler), shouldHandle);

    /// <summary>Handles all commands asynchronously.</summary>
    protected void CommandAnyAsync(Func<object, Task> handler) => Commands.AddAny(Wrap(handler));

    private protected override bool TryRecover(object message) => _recovers!.Receive(message);

    private Action<T> Wrap<T>(Func<T, Task> handler) => message => RunTask(() => handler(message));

    private Receive Declare(Action configure)
    {
        var outer = _commandDeclaration;
        _commandDeclaration = new MessageHandlers.Declaration();
        try
        {
            configure();
            return _commandDeclaration.End().Receive;
        }
        finally
        {
            _commandDeclaration = outer;
        }
    }
}
