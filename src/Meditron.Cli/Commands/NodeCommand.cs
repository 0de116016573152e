using System.CommandLine;
using Meditron.Cli.Jobs;
using Meditron.Cli.Nodes;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron node</c>: a member of a cluster that can be looked into with <c>meditron cmd</c>.</summary>
internal static class NodeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("node", "Run a node of a cluster until it is told to end (SIGTERM, Ctrl-C, or 'meditron cmd cluster leave'), or its job is over.");
        var options = new ConfigOptions(command);
        var role = new Option<string>("--role")
        {
            Description = "What the node does: plain (a member and no more), seed (leads the job of its configuration; its workers join from other machines), worker (computes for the job), "
                + "standby (a worker that waits to take another's place), or launcher (keeps the workers of its machine running).",
            HelpName = "ROLE",
            DefaultValueFactory = _ => "plain",
        };
        role.AcceptOnlyFromAmong("plain", "seed", "worker", "standby", "launcher");
        command.Options.Add(role);
        command.OnRun(
            (parsed, context) =>
            {
                var loaded = options.Load(parsed);
                return parsed.GetValue(role) switch
                {
                    "seed" => JobReport.Run(loaded, launches: false, context),
                    "worker" => new WorkerProgram(loaded, standby: false, context).Run(),
                    "standby" => new WorkerProgram(loaded, standby: true, context).Run(),
                    "launcher" => new LauncherProgram(loaded, context).Run(),
                    _ => new NodeProgram(loaded.Config.WithFallback(NodeSettings.Defaults), context).Run(),
                };
            },
            "leaving the cluster and ending");
        return command;
    }
}
