namespace Meditron.Cmd.Client;

/// <summary>Completes a command line from the palettes of a node. Pure.</summary>
internal static class Completion
{
    /// <summary>What the prompt understands itself.</summary>
    public static readonly IReadOnlyList<string> OwnCommands = ["help", "exit", "quit", "clear"];

    /// <summary>What the word that ends at the cursor can become.</summary>
    /// <param name="Start">Where the word starts.</param>
    /// <param name="Candidates">The whole words, sorted.</param>
    public sealed record Result(int Start, IReadOnlyList<string> Candidates);

    /// <summary>Completes the word before the cursor.</summary>
    public static Result Complete(string line, int cursor, IReadOnlyList<CommandPalette> palettes)
    {
        var before = line[..cursor];
        var start = before.LastIndexOfAny([' ', '\t']) + 1;
        var words = before[..start].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var word = before[start..];
        return new Result(start, [.. Words(words, palettes).Where(each => each.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
    }

    /// <summary>The longest beginning that all candidates share.</summary>
    public static string Common(IReadOnlyList<string> candidates) => candidates.Count == 0 ? "" : candidates.Aggregate((left, right) =>
    {
        var length = 0;
        while (length < left.Length && length < right.Length && left[length] == right[length])
        {
            length++;
        }

        return left[..length];
    });

    private static IEnumerable<string> Words(string[] words, IReadOnlyList<CommandPalette> palettes)
    {
        if (words is ["help", ..])
        {
            return words.Length switch
            {
                1 => palettes.Select(palette => palette.ModuleName),
                2 => Commands(words[1], palettes),
                _ => [],
            };
        }

        return words.Length switch
        {
            0 => palettes.Select(palette => palette.ModuleName).Concat(OwnCommands),
            1 => Commands(words[0], palettes),
            _ => Find(words[0], palettes)?.Find(words[1]) is { } command ? Arguments(command, words[2..]) : [],
        };
    }

    private static IEnumerable<string> Arguments(CommandDefinition command, string[] given)
    {
        if (given.Length > 0 && command.Arguments.FirstOrDefault(argument => argument.Switch.Contains(given[^1], StringComparer.Ordinal)) is { IsFlag: false } waiting)
        {
            return waiting.DefaultValues;
        }

        // One switch stands for all of one meaning: the longest says most.
        return command.Arguments
            .Where(argument => !argument.IsPositional && !argument.Switch.Any(given.Contains))
            .Select(argument => argument.Switch.MaxBy(text => text.Length)!)
            .Concat(command.Arguments.Where(argument => argument.IsPositional).SelectMany(argument => argument.DefaultValues));
    }

    private static IEnumerable<string> Commands(string palette, IReadOnlyList<CommandPalette> palettes) => Find(palette, palettes)?.Commands.Select(command => command.Name) ?? [];

    private static CommandPalette? Find(string name, IReadOnlyList<CommandPalette> palettes) =>
        palettes.FirstOrDefault(palette => palette.ModuleName.Equals(name, StringComparison.OrdinalIgnoreCase));
}
