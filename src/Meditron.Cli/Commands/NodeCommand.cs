using System.CommandLine;
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
        command.OnRun((parsed, context) => new NodeProgram(options.Load(parsed).Config.WithFallback(NodeSettings.Defaults), context).Run(), "leaving the cluster and ending");
        return command;
    }
}
