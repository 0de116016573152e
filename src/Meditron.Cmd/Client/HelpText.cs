using System.Text;
using Meditron.Cmd.Parsing;

namespace Meditron.Cmd.Client;

/// <summary>Explains the commands of a node. Pure.</summary>
internal static class HelpText
{
    /// <summary>Explains all palettes, one, or one command; an error where the words name none.</summary>
    public static (string Text, bool Found) Of(IReadOnlyList<string> words, IReadOnlyList<CommandPalette> palettes)
    {
        if (words.Count == 0)
        {
            return (All(palettes), true);
        }

        var palette = palettes.FirstOrDefault(each => each.ModuleName.Equals(words[0], StringComparison.OrdinalIgnoreCase));
        if (palette is null)
        {
            return (CommandParser.Parse([words[0]], palettes).Problem!, false);
        }

        if (words.Count == 1)
        {
            return (OfPalette(palette), true);
        }

        return palette.Find(words[1]) is { } command ? (OfCommand(palette, command), true) : (CommandParser.Parse([words[0], words[1]], palettes).Problem!, false);
    }

    private static string All(IReadOnlyList<CommandPalette> palettes)
    {
        var text = new StringBuilder();
        foreach (var palette in palettes)
        {
            text.Append(OfPalette(palette)).Append("\n\n");
        }

        return text.Append("help PALETTE [COMMAND] explains more.").ToString();
    }

    private static string OfPalette(CommandPalette palette)
    {
        var width = palette.Commands.Select(command => command.Usage.Length).DefaultIfEmpty().Max();
        return string.Join('\n', palette.Commands
            .Select(command => $"  {palette.ModuleName} {command.Usage.PadRight(width)}  {command.Description}".TrimEnd())
            .Prepend(palette.Description.Length == 0 ? palette.ModuleName : $"{palette.ModuleName}: {palette.Description}"));
    }

    private static string OfCommand(CommandPalette palette, CommandDefinition command)
    {
        var lines = new List<string> { $"Usage: {palette.ModuleName} {command.Usage}", command.Description };
        var names = command.Arguments.Select(argument => argument.IsPositional ? argument.Name.ToUpperInvariant() : string.Join(", ", argument.Switch)).ToList();
        var width = names.Select(name => name.Length).DefaultIfEmpty().Max();
        for (var i = 0; i < names.Count; i++)
        {
            var argument = command.Arguments[i];
            lines.Add($"  {names[i].PadRight(width)}  {argument.Description}{(argument.DefaultValues.Count == 0 ? "" : $" For example {string.Join(", ", argument.DefaultValues)}.")}".TrimEnd());
        }

        return string.Join('\n', lines.Where(line => line.Length > 0));
    }
}
