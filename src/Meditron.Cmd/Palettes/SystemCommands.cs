namespace Meditron.Cmd;

/// <summary>The palette <c>system</c>: what a node's process is and how it is doing.</summary>
public sealed class SystemCommands : CommandPaletteHandler
{
    /// <summary>The palette itself.</summary>
    public static readonly CommandPalette SystemPalette = new(
        "system",
        "The process of a node.",
        [new CommandDefinitionBuilder().WithName("info").WithDescription("Shows uptime, versions, memory, threads, actors and addresses.").Build()]);

    private Props? _handlerProps;

    /// <summary>Makes the handler of the palette.</summary>
    public SystemCommands()
        : base(SystemPalette)
    {
    }

    /// <inheritdoc/>
    public override Props HandlerProps => _handlerProps ?? throw new InvalidOperationException("The palette 'system' has not been registered.");

    /// <inheritdoc/>
    public override void OnRegister(MeditronCmd plugin) => _handlerProps = Props.Create(() => new Palettes.SystemHandler(plugin));
}
