using System.CommandLine;
using Meditron.Cli.Jobs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron attach</c>: shows a job that runs in the background, as <c>meditron train</c> did before its process ended.</summary>
internal static class AttachCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("attach", "Show a job that runs in the background until it ends. Ctrl-C saves a checkpoint and ends the job; SIGHUP or SIGKILL end this command alone.");
        var options = new ConfigOptions(command);
        var name = StatusCommand.RunOption();
        command.Options.Add(name);
        command.OnRun(
            (parsed, context) =>
            {
                var run = RunLocation.Find(parsed.GetValue(name), options.Load(parsed));
                if (!JobFollower.IsLed(run.Folder))
                {
                    Console.Error.WriteLine($"meditron: no process of this machine leads {run.Folder.Path} in a cluster. 'meditron status' tells what runs; 'meditron train' starts it, or resumes it.");
                    return ExitCodes.Unreachable;
                }

                var loaded = SettingsLoader.Load([run.Folder.Configuration], []);
                var folder = Path.GetDirectoryName(run.Folder.Path)!;
                return JobReport.Follow(SettingsLoader.Load([run.Folder.Configuration], [$"meditron.run.folder={folder}", $"meditron.run.name={loaded.Settings.Run.Name}"]), context);
            },
            "stopping the job after this step, with a checkpoint");
        return command;
    }
}
