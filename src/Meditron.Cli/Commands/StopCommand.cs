using System.CommandLine;
using System.Globalization;
using Meditron.Cli.Jobs;
using Meditron.Training.Checkpoints;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron stop</c>: has a job end after the step under way, with a checkpoint, and waits until it has.</summary>
internal static class StopCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("stop", "Have a run save a checkpoint and end, and wait until it has ended; the same run goes on from there when it is started again.");
        var options = new ConfigOptions(command);
        var name = StatusCommand.RunOption();
        var timeout = new Option<int>("--timeout") { Description = "Seconds to wait for the end.", HelpName = "SECONDS", DefaultValueFactory = _ => 600 };
        command.Options.Add(name);
        command.Options.Add(timeout.AtLeast(1));
        command.OnRun((parsed, context) => Run(RunLocation.Find(parsed.GetValue(name), options.Load(parsed)), TimeSpan.FromSeconds(parsed.GetValue(timeout)), context));
        return command;
    }

    private static int Run(RunLocation run, TimeSpan timeout, CliContext context)
    {
        var list = new JobNodes(run.Folder);
        var nodes = list.List();
        if (nodes.Count == 0)
        {
            Console.Error.WriteLine($"meditron: {run.Folder.Path} is not running: no process of it lives. 'meditron status' tells what its files say.");
            return ExitCodes.Unreachable;
        }

        var problem = nodes.All(node => node.Commands is null) ? Interrupt(nodes[0], context) : new JobClient(run, context).Run("stop", context.WriteLine, nodes).GetAwaiter().GetResult();
        if (problem is not null && nodes.All(node => !node.Leads && node.IsAlive == true))
        {
            // Workers that nobody leads: they hold what the newest checkpoint does not, but nobody can save it.
            context.WriteLine($"No process leads the job any more ({problem}); its {nodes.Count} other processes are ended. 'meditron train' would have led them again.");
            foreach (var node in nodes)
            {
                RunningProcess.Terminate(node.Process);
            }
        }
        else if (problem is not null)
        {
            Console.Error.WriteLine($"meditron: the job was not told to stop: {problem}");
            return ExitCodes.Unreachable;
        }

        var begin = context.Time.GetTimestamp();
        while (list.List() is { Count: > 0 } left)
        {
            if (context.Time.GetElapsedTime(begin) >= timeout)
            {
                Console.Error.WriteLine($"meditron: the job was told to stop, and {string.Join(", ", left.Select(node => node.Name))} has not ended within {timeout.TotalSeconds:0} s. It goes on ending; 'meditron status' tells how far it is.");
                return ExitCodes.CommandFailed;
            }

            if (context.Cancellation.WaitHandle.WaitOne(Pause))
            {
                return ExitCodes.Interrupted;
            }
        }

        context.WriteLine(new CheckpointStore(run.Folder.Checkpoints).List() is [.., var newest]
            ? $"The job has ended; its newest checkpoint is {newest.Path}."
            : "The job has ended; it has left no checkpoint.");
        return ExitCodes.Ok;
    }

    /// <summary>A run in one process has no commands; it takes the signal that Ctrl-C would be.</summary>
    private static string? Interrupt(JobNode node, CliContext context)
    {
        if (node.IsAlive is null)
        {
            return string.Create(CultureInfo.InvariantCulture, $"it runs in one process, {node.Process} on {node.Host}, which takes no commands from another machine. Run this there.");
        }

        context.WriteLine($"{node.Name} was told to stop after the step under way, with a checkpoint.");
        RunningProcess.Terminate(node.Process);
        return null;
    }
}
