using Meditron.Cmd.Wire;

namespace Meditron.Cmd;

/// <summary>The palette <c>actor</c>: which actors there are, on this node or another.</summary>
public sealed class ActorCommands : CommandPaletteHandler
{
    /// <summary>The palette itself.</summary>
    public static readonly CommandPalette ActorPalette = new(
        "actor",
        "Actors of a node.",
        [
            new CommandDefinitionBuilder().WithName("hierarchy")
                .WithDescription("Lists the paths of all actors, sorted.")
                .WithArgument(start => start.WithName("path")
                    .WithDescription("Where to start: /user, or on another node akka.tcp://SYSTEM@HOST:PORT/user.")
                    .WithDefaultValues("/", "/system", "/user").WithSwitch("-s").WithSwitch("-S").WithSwitch("--start"))
                .WithArgument(depth => depth.WithName("depth").WithDescription("How many levels below the start.").WithDefaultValues("1", "2", "3").WithSwitch("-d").WithSwitch("-D").WithSwitch("--depth"))
                .Build(),
        ]);

    /// <summary>Makes the handler of the palette.</summary>
    public ActorCommands()
        : base(ActorPalette)
    {
    }

    /// <inheritdoc/>
    public override Props HandlerProps { get; } = Props.Create(() => new Palettes.ActorHandler());

    /// <inheritdoc/>
    public override void OnRegister(MeditronCmd plugin)
    {
        ArgumentNullException.ThrowIfNull(plugin);

        // Both engines serialize protobuf messages; the bundled one only those that are registered by name.
        var serializer = plugin.Sys.Serialization.FindSerializerForType(typeof(HierarchyRequest));
        plugin.Sys.Serialization.AddSerializationMap(typeof(HierarchyRequest), serializer);
        plugin.Sys.SystemActorOf(Props.Create(() => new Palettes.HierarchyActor()).WithDispatcher(MeditronCmd.DispatcherId), Palettes.HierarchyActor.Name);
    }
}
