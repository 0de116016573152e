using System.CommandLine;
using Meditron.Cli.Jobs;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron drain</c>: sets a worker or a host of a running job aside for maintenance, or takes it back.</summary>
internal static class DrainCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("drain", "Set a worker or a host of a running job aside for maintenance: others take its ranks at the end of a step. It stays aside until --undo.");
        var options = new ConfigOptions(command);
        var name = StatusCommand.RunOption();
        var worker = new Option<string?>("--worker") { Description = "The worker, as 'meditron cmd ... train workers' names it: HOST/PROCESS.", HelpName = "WORKER" };
        var host = new Option<string?>("--host") { Description = "The host, with all of its workers, those that come later too.", HelpName = "HOST" };
        var undo = new Option<bool>("--undo") { Description = "Take it back." };
        foreach (var option in (Option[])[name, worker, host, undo])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if ((result.GetValue(worker) is null) == (result.GetValue(host) is null))
            {
                result.AddError("Give either --worker or --host.");
            }
        });
        command.OnRun((parsed, context) => Run(
            RunLocation.Find(parsed.GetValue(name), options.Load(parsed)), $"{(parsed.GetValue(undo) ? "undrain" : "drain")} {parsed.GetValue(worker) ?? parsed.GetValue(host)}", context));
        return command;
    }

    private static int Run(RunLocation run, string instruction, CliContext context)
    {
        var nodes = new JobNodes(run.Folder).List();
        if (nodes.Count == 0)
        {
            Console.Error.WriteLine($"meditron: {run.Folder.Path} is not running: no process of it lives. Start it first.");
            return ExitCodes.Unreachable;
        }

        if (new JobClient(run, context).Run(instruction, context.WriteLine, nodes).GetAwaiter().GetResult() is not { } problem)
        {
            return ExitCodes.Ok;
        }

        Console.Error.WriteLine($"meditron: {problem}");
        return ExitCodes.CommandFailed;
    }
}
