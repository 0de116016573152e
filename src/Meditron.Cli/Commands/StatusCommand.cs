using System.CommandLine;
using Meditron.Cli.Jobs;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron status</c>: what a run does, asked of its processes, or told from its files where none answers.</summary>
internal static class StatusCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("status", "Show what a run is doing: its job is asked, or, where it does not run, its files tell.");
        var options = new ConfigOptions(command);
        var name = RunOption();
        command.Options.Add(name);
        command.OnRun((parsed, context) =>
        {
            var run = RunLocation.Find(parsed.GetValue(name), options.Load(parsed));
            var nodes = new JobNodes(run.Folder).List();
            if (nodes.Count == 0)
            {
                context.WriteFacts(RunFiles.Facts(run.Folder, "not running"));
                return ExitCodes.Ok;
            }

            if (nodes.All(node => node.Commands is null))
            {
                context.WriteFacts(RunFiles.Facts(run.Folder, $"running in one process, {nodes[0].Name}"));
                return ExitCodes.Ok;
            }

            if (new JobClient(run, context).Run("status", context.WriteLine, nodes).GetAwaiter().GetResult() is { } problem)
            {
                context.WriteFacts(RunFiles.Facts(run.Folder, $"not known, since its job does not answer ({string.Join(", ", nodes.Select(node => node.Name))}): {problem}"));
                return ExitCodes.Unreachable;
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The option that names a run.</summary>
    public static Option<string?> RunOption() => new("--run") { Description = "The run's name or folder; else meditron.run of the configuration.", HelpName = "NAME" };
}
