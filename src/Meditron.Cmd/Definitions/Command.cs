namespace Meditron.Cmd;

/// <summary>A command as a client gave it, checked against its definition.</summary>
public sealed class Command
{
    internal Command(CommandPalette palette, CommandDefinition definition, IReadOnlyList<Tuple<string, string>> arguments)
    {
        Palette = palette;
        Definition = definition;
        Arguments = arguments;
    }

    /// <summary>The palette it belongs to.</summary>
    public CommandPalette Palette { get; }

    /// <summary>What it is.</summary>
    public CommandDefinition Definition { get; }

    /// <summary>Its name.</summary>
    public string Name => Definition.Name;

    /// <summary>The arguments given: the switch, or the name where it has none, and the value, empty where it has none.</summary>
    public IReadOnlyList<Tuple<string, string>> Arguments { get; }

    /// <summary>The value of the argument of a name; null where it was not given.</summary>
    public string? GetValue(string argumentName)
    {
        var argument = Definition.ArgumentsByName[argumentName];
        return Arguments.FirstOrDefault(given => given.Item1 == argument.Name || argument.Switch.Contains(given.Item1, StringComparer.Ordinal))?.Item2;
    }

    /// <summary>Whether the argument of a name was given.</summary>
    public bool Has(string argumentName) => GetValue(argumentName) is not null;

    /// <inheritdoc/>
    public override string ToString() =>
        string.Join(' ', Arguments.SelectMany(given => new[] { given.Item1, given.Item2 }).Where(text => text.Length > 0).Prepend(Name).Prepend(Palette.ModuleName));
}
