using System.CommandLine;
using Meditron.Training.Settings;

namespace Meditron.Cli.Commands;

/// <summary>The options --config and -c, which all commands with settings share.</summary>
internal sealed class ConfigOptions
{
    private readonly Option<string[]> files = new("--config", "-f") { Description = "A HOCON file with settings; several are laid over each other in order.", HelpName = "FILE" };

    private readonly Option<string[]> overrides = new("-c", "--set") { Description = "One setting over those of the files, for example -c meditron.training.steps=50.", HelpName = "KEY=VALUE" };

    /// <summary>Adds the options to a command.</summary>
    public ConfigOptions(Command command)
    {
        command.Options.Add(files);
        command.Options.Add(overrides);
    }

    /// <summary>The files that a command line names.</summary>
    public IReadOnlyList<string> Files(ParseResult parsed) => parsed.GetValue(files) ?? [];

    /// <summary>The settings that a command line gives, over the defaults.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="further">Settings that other options stand for.</param>
    public LoadedSettings Load(ParseResult parsed, params IEnumerable<string> further) =>
        SettingsLoader.Load(parsed.GetValue(files) ?? [], [.. parsed.GetValue(overrides) ?? [], .. further]);
}
