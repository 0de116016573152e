using Meditron.Cmd;
using Meditron.Training.Distributed.Nodes;

namespace Meditron.Cli.Palettes;

/// <summary>The palette <c>train</c>: what a job does, and what it is told to do. Served on every node of the job.</summary>
internal sealed class TrainCommands : CommandPaletteHandler
{
    /// <summary>The palette itself.</summary>
    public static readonly CommandPalette TrainPalette = new(
        "train",
        "The training job of this node's cluster: what it does, and what it is told to do.",
        [
            Definition("status", "Shows what the job is doing, how far it has come, and its newest checkpoint."),
            Definition("workers", "Shows a row for each rank: its worker, its place in the layout, and its last step; then the standbys."),
            Definition("stages", "Shows the replicas of each pipeline stage: how far they are, how long they compute, and which of them are slow."),
            Definition("layout", "Shows how the ranks are laid out: layers and ranks of each stage, and the groups that exchange."),
            Definition("checkpoints", "Shows the checkpoints that the job may resume from."),
            Definition("pause", "Has all ranks stop after the step under way and wait."),
            Definition("resume", "Has paused ranks go on."),
            Definition("checkpoint", "Has a checkpoint saved after the step under way."),
            Targeted("drain", "Sets a host, a machine or a worker aside for maintenance: others take its ranks at the end of a step; it stays aside until undrain."),
            Targeted("undrain", "Takes what was drained back."),
            Definition("stop", "Ends the job after the step under way, with a checkpoint that the same run goes on from."),
        ]);

    /// <summary>Ties the palette to a job.</summary>
    /// <param name="coordinator">The job's coordinator, or a proxy of it.</param>
    /// <param name="job">The job.</param>
    public TrainCommands(IActorRef coordinator, Job job)
        : base(TrainPalette) => HandlerProps = Props.Create(() => new TrainHandler(coordinator, job));

    /// <inheritdoc/>
    public override Props HandlerProps { get; }

    private static CommandDefinition Targeted(string name, string description) => new CommandDefinitionBuilder().WithName(name).WithDescription(description)
        .WithArgument(target => target.WithName("target").WithDescription("A host, a worker as HOST/PROCESS, or a worker's or machine's id.").IsMandatory(true))
        .WithTimeout(TrainHandler.Patience + TrainHandler.Margin).Build();

    private static CommandDefinition Definition(string name, string description) =>
        new CommandDefinitionBuilder().WithName(name).WithDescription(description).WithTimeout(TrainHandler.Patience + TrainHandler.Margin).Build();
}
