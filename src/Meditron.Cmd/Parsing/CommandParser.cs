namespace Meditron.Cmd.Parsing;

/// <summary>Turns the words of a command line into a command, or says what is wrong with them. Pure.</summary>
internal static class CommandParser
{
    /// <summary>What the words come to: a command, or the problem with them.</summary>
    public sealed record Outcome(Command? Command, string? Problem);

    /// <summary>Reads the words: a palette, a command of it, and its arguments.</summary>
    public static Outcome Parse(IReadOnlyList<string> words, IReadOnlyList<CommandPalette> palettes)
    {
        if (words.Count == 0)
        {
            return Wrong($"No command was given. There are {List(palettes.Select(palette => palette.ModuleName))}.");
        }

        if (palettes.FirstOrDefault(each => each.ModuleName.Equals(words[0], StringComparison.OrdinalIgnoreCase)) is not { } palette)
        {
            var names = palettes.Select(each => each.ModuleName).ToList();
            return Wrong($"There are no commands called '{words[0]}'.{Spelling.Suggestion(words[0], names)} This node has {List(names)}.");
        }

        var commands = palette.Commands.Select(each => each.Name).ToList();
        if (words.Count == 1)
        {
            return Wrong($"'{palette.ModuleName}' needs a command: {List(commands)}.");
        }

        return palette.Find(words[1]) is { } definition
            ? ParseArguments(palette, definition, words.Skip(2).ToList())
            : Wrong($"There is no command '{palette.ModuleName} {words[1]}'.{Spelling.Suggestion(words[1], commands)} '{palette.ModuleName}' has {List(commands)}.");
    }

    private static Outcome ParseArguments(CommandPalette palette, CommandDefinition definition, List<string> words)
    {
        var given = new List<(ArgumentDefinition Argument, string Key, string Value)>();
        var positional = new Queue<ArgumentDefinition>(definition.Arguments.Where(argument => argument.IsPositional));
        var onlyPositional = false;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (onlyPositional || word.Length < 2 || word[0] != '-')
            {
                if (!positional.TryDequeue(out var next))
                {
                    return Usage($"'{word}' is one argument too many.");
                }

                given.Add((next, next.Name, word));
                continue;
            }

            if (word == "--")
            {
                onlyPositional = true;
                continue;
            }

            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? word : word[..equals];
            if (definition.Arguments.FirstOrDefault(argument => argument.Switch.Contains(key, StringComparer.Ordinal)) is not { } named)
            {
                return Usage($"There is no switch {key}.{Spelling.Suggestion(key, definition.Arguments.SelectMany(argument => argument.Switch))}");
            }

            if (given.Exists(each => each.Argument == named))
            {
                return Usage($"{key} is given twice.");
            }

            if (named.IsFlag)
            {
                if (equals >= 0)
                {
                    return Usage($"{key} takes no value.");
                }

                given.Add((named, key, ""));
            }
            else if (equals >= 0)
            {
                given.Add((named, key, word[(equals + 1)..]));
            }
            else if (i + 1 < words.Count)
            {
                given.Add((named, key, words[++i]));
            }
            else
            {
                return Usage($"{key} needs a value.");
            }
        }

        if (definition.Arguments.FirstOrDefault(argument => argument.IsMandatory && !given.Exists(each => each.Argument == argument)) is { } missing)
        {
            return Usage($"{(missing.IsPositional ? missing.Name.ToUpperInvariant() : missing.Switch[0])} is missing{(missing.Description.Length == 0 ? "" : $": {missing.Description.TrimEnd('.')}")}.");
        }

        return new Outcome(new Command(palette, definition, [.. given.Select(each => Tuple.Create(each.Key, each.Value))]), null);

        Outcome Usage(string problem) => Wrong($"{palette.ModuleName} {definition.Name}: {problem} Usage: {palette.ModuleName} {definition.Usage}");
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } text ? text : "none";

    private static Outcome Wrong(string problem) => new(null, problem);
}
