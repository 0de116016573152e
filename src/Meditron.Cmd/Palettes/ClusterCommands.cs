namespace Meditron.Cmd;

/// <summary>The palette <c>cluster</c>: who is a member, and joining, leaving and downing.</summary>
public sealed class ClusterCommands : CommandPaletteHandler
{
    /// <summary>The palette itself.</summary>
    public static readonly CommandPalette ClusterPalette = new(
        "cluster",
        "Members of the cluster: shows them, and has them join, leave or be declared dead.",
        [
            new CommandDefinitionBuilder().WithName("show")
                .WithDescription("Shows all members as this node sees them.")
                .WithArgument(role => role.WithName("role").WithDescription("Only members with this role.").WithSwitch("-r").WithSwitch("-R").WithSwitch("--role"))
                .Build(),
            new CommandDefinitionBuilder().WithName("status").WithDescription("Shows this node's own membership, the leader, and who is unreachable.").Build(),
            new CommandDefinitionBuilder().WithName("join")
                .WithDescription("Has this node join the cluster of another one; its own address forms a new cluster.")
                .WithArgument(AddressOfNode(mandatory: true))
                .WithTimeout(Palettes.ClusterHandler.Patience + Palettes.ClusterHandler.Margin)
                .Build(),
            new CommandDefinitionBuilder().WithName("leave")
                .WithDescription("Has a member leave in order, this node where none is named, and waits until it has left.")
                .WithArgument(AddressOfNode(mandatory: false))
                .WithTimeout(Palettes.ClusterHandler.Patience + Palettes.ClusterHandler.Margin)
                .Build(),
            new CommandDefinitionBuilder().WithName("down")
                .WithDescription("Declares a member dead, and waits until it is removed. Its actor system ends if it lives.")
                .WithArgument(AddressOfNode(mandatory: true))
                .WithTimeout(Palettes.ClusterHandler.Patience + Palettes.ClusterHandler.Margin)
                .Build(),
            new CommandDefinitionBuilder().WithName("down-unreachable")
                .WithDescription("Declares all members dead that are unreachable, and waits until they are removed.")
                .WithTimeout(Palettes.ClusterHandler.Patience + Palettes.ClusterHandler.Margin)
                .Build(),
            new CommandDefinitionBuilder().WithName("tail").WithDescription("Shows what happens in the cluster as it happens, until it is stopped.").WithStreaming().Build(),
        ]);

    /// <summary>The one instance.</summary>
    public static readonly ClusterCommands Instance = new();

    private ClusterCommands()
        : base(ClusterPalette)
    {
    }

    /// <inheritdoc/>
    public override Props HandlerProps { get; } = Props.Create(() => new Palettes.ClusterHandler());

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The actor system has no cluster.</exception>
    public override void OnRegister(MeditronCmd plugin)
    {
        ArgumentNullException.ThrowIfNull(plugin);
        if (!plugin.Sys.Settings.HasCluster)
        {
            throw new ConfigurationException($"The commands of 'cluster' cannot be served: the actor system {plugin.Sys.Name} has no cluster. Set akka.actor.provider to cluster.");
        }
    }

    private static Func<ArgumentDefinitionBuilder, ArgumentDefinitionBuilder> AddressOfNode(bool mandatory) =>
        address => address.WithName("address").WithDescription("A node: akka.tcp://SYSTEM@HOST:PORT, or HOST:PORT.").IsMandatory(mandatory);
}
