namespace Meditron.Cmd;

/// <summary>Ties a palette to the actors that carry its commands out.</summary>
public abstract class CommandPaletteHandler
{
    /// <summary>Made by its subclasses.</summary>
    protected CommandPaletteHandler(CommandPalette palette)
    {
        ArgumentNullException.ThrowIfNull(palette);
        Palette = palette;
    }

    /// <summary>The palette.</summary>
    public CommandPalette Palette { get; }

    /// <summary>Makes the handler, a <see cref="CommandHandlerActor"/>: one for each command that is run, stopped with it.</summary>
    public abstract Props HandlerProps { get; }

    /// <summary>Called once, before any command: the place to create actors that outlive a command.</summary>
    public virtual void OnRegister(MeditronCmd plugin)
    {
    }
}
