namespace Meditron.Cmd;

/// <summary>The palette <c>log</c>: what a node has logged, and what it logs now.</summary>
public sealed class LogCommands : CommandPaletteHandler
{
    /// <summary>The palette itself.</summary>
    public static readonly CommandPalette LogPalette = new(
        "log",
        "The log of a node: what it has logged lately, and what it logs now.",
        [
            new CommandDefinitionBuilder().WithName("view")
                .WithDescription("Shows the entries that are kept, oldest first.")
                .WithArgument(Count("100"))
                .WithArgument(Level)
                .WithArgument(since => since.WithName("since").WithDescription("Only those of the last so long: 30s, 5m, 2h, 1d.").WithDefaultValues("30s", "1m", "5m", "1h").WithSwitch("-s").WithSwitch("-S").WithSwitch("--since"))
                .WithArgument(Text)
                .Build(),
            new CommandDefinitionBuilder().WithName("peek").WithDescription("Shows the last few entries.").WithArgument(Count("10")).WithArgument(Level).WithArgument(Text).Build(),
            new CommandDefinitionBuilder().WithName("tail")
                .WithDescription("Shows entries as they are logged, until it is stopped.")
                .WithArgument(Level)
                .WithArgument(Text)
                .WithStreaming()
                .Build(),
        ]);

    private Props? _handlerProps;

    /// <summary>Makes the handler of the palette.</summary>
    public LogCommands()
        : base(LogPalette)
    {
    }

    /// <inheritdoc/>
    public override Props HandlerProps => _handlerProps ?? throw new InvalidOperationException("The palette 'log' has not been registered.");

    /// <inheritdoc/>
    public override void OnRegister(MeditronCmd plugin)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        var settings = plugin.Settings;
        var buffer = plugin.Sys.SystemActorOf(
            Props.Create(() => new Palettes.LogBuffer(settings.LogCapacity, settings.LogMaxEntryLength)).WithDispatcher(MeditronCmd.DispatcherId), "cmd-log");

        // Here and not by the actor, which starts at some time: from now on nothing is missed.
        plugin.Sys.EventStream.Subscribe(buffer, typeof(LogEvent));
        _handlerProps = Props.Create(() => new Palettes.LogHandler(buffer));
    }

    private static ArgumentDefinitionBuilder Level(ArgumentDefinitionBuilder level) => level.WithName("level")
        .WithDescription("Only entries of this level and above.")
        .WithDefaultValues("debug", "info", "warning", "error").WithSwitch("-l").WithSwitch("-L").WithSwitch("--level");

    private static ArgumentDefinitionBuilder Text(ArgumentDefinitionBuilder text) => text.WithName("text")
        .WithDescription("Only entries that contain this text, whatever its case.").WithSwitch("-t").WithSwitch("-T").WithSwitch("--text");

    private static Func<ArgumentDefinitionBuilder, ArgumentDefinitionBuilder> Count(string usual) => count => count.WithName("count")
        .WithDescription($"How many entries at most; {usual} unless given.").WithDefaultValues(usual).WithSwitch("-n").WithSwitch("-N").WithSwitch("--count");
}
