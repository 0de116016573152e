using System.CommandLine;
using Meditron.Cli.Nodes;
using Meditron.Training.Settings;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron config</c>: checks settings and prints what they come to.</summary>
internal static class ConfigCommand
{
    /// <summary>Every key of the program with its default and what it means: of a run, of curation, of nodes and of their commands.</summary>
    private static string Reference => string.Join('\n', SettingsLoader.Reference, CurationSettingsLoader.Reference, NodeSettings.Reference, Cmd.MeditronCmd.Reference);

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("config", "Check the settings and print them resolved, with all defaults.");
        var options = new ConfigOptions(command);
        var reference = new Option<bool>("--reference") { Description = "Print the defaults with the meaning of every key instead." };
        command.Options.Add(reference);
        command.OnRun((parsed, context) =>
        {
            context.WriteLine((parsed.GetValue(reference) ? Reference : options.Load(parsed).ToHocon()).TrimEnd());
            return ExitCodes.Ok;
        });
        return command;
    }
}
