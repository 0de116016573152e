namespace Meditron.Cmd;

/// <summary>Carries out the commands of one palette: each <c>Process</c> names one, and its handler answers <c>Sender</c> with a <see cref="CommandResponse"/>.</summary>
/// <remarks>It is stopped when the command has ended, its client has gone or has stopped it: what a handler holds it lets go of in <c>PostStop</c>.</remarks>
public abstract class CommandHandlerActor : ReceiveActor
{
    private readonly CommandPalette _palette;

    /// <summary>Made by its subclasses.</summary>
    protected CommandHandlerActor(CommandPalette palette)
    {
        ArgumentNullException.ThrowIfNull(palette);
        _palette = palette;
    }

    /// <summary>Has a command handled.</summary>
    /// <exception cref="ArgumentException">The palette has no such command.</exception>
    protected void Process(string commandName, Action<Command> handler)
    {
        Known(commandName);
        Receive<Command>(handler, command => command.Name == commandName);
    }

    /// <summary>Has a command handled by a handler that waits for something.</summary>
    /// <exception cref="ArgumentException">The palette has no such command.</exception>
    protected void ProcessAsync(string commandName, Func<Command, Task> handler)
    {
        Known(commandName);
        ReceiveAsync<Command>(handler, command => command.Name == commandName);
    }

    /// <inheritdoc/>
    protected override void Unhandled(object message)
    {
        if (message is Command command)
        {
            Sender.Tell(new ErroredCommandResponse($"'{_palette.ModuleName} {command.Name}' has no handler in {GetType().Name}. This is a fault of the program."));
            return;
        }

        base.Unhandled(message);
    }

    private void Known(string commandName)
    {
        if (!_palette.Commands.Any(command => command.Name == commandName))
        {
            throw new ArgumentException($"The palette {_palette.ModuleName} has no command {commandName}, but {string.Join(", ", _palette.Commands.Select(command => command.Name))}.", nameof(commandName));
        }
    }
}
