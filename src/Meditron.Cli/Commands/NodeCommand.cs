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
        var command = new Command("node", "Run a node of a cluster until it is told to end (SIGTERM, Ctrl-C, or 'meditron cmd cluster leave').");
        var options = new ConfigOptions(command);
        var role = new Option<string>("--role") { Description = "What the node does: plain (a member and no more), worker (computes for the job of its configuration), or standby (a worker that waits to take another's place).", HelpName = "ROLE", DefaultValueFactory = _ => "plain" };
        role.AcceptOnlyFromAmong("plain", "worker", "standby");
        command.Options.Add(role);
        command.OnRun(
            (parsed, context) =>
            {
                var loaded = options.Load(parsed);
                return parsed.GetValue(role) is "worker" or "standby"
                    ? new WorkerProgram(loaded, parsed.GetValue(role) == "standby", context).Run()
                    : new NodeProgram(loaded.Config.WithFallback(NodeSettings.Defaults), context).Run();
            },
            "leaving the cluster and ending");
        return command;
    }
}
