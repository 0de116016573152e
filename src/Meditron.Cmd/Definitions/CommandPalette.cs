namespace Meditron.Cmd;

/// <summary>A group of commands with a name of its own, as <c>cluster</c> in <c>cluster show</c>.</summary>
public sealed class CommandPalette
{
    /// <summary>Makes a palette.</summary>
    /// <exception cref="ArgumentException">The name cannot be typed, or two commands share a name.</exception>
    public CommandPalette(string moduleName, IEnumerable<CommandDefinition> commands)
        : this(moduleName, "", commands)
    {
    }

    /// <summary>Makes a palette with a description for the help.</summary>
    /// <exception cref="ArgumentException">The name cannot be typed, or two commands share a name.</exception>
    public CommandPalette(string moduleName, string description, IEnumerable<CommandDefinition> commands)
    {
        ArgumentNullException.ThrowIfNull(description);
        ArgumentNullException.ThrowIfNull(commands);
        ModuleName = Names.Checked(moduleName, "a palette");
        Description = description;
        Commands = [.. commands];
        var twice = Commands.GroupBy(command => command.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any());
        if (twice is not null)
        {
            throw new ArgumentException($"The palette {moduleName} has two commands called {twice.Key}.", nameof(commands));
        }
    }

    /// <summary>The name.</summary>
    public string ModuleName { get; }

    /// <summary>What the palette is for, one sentence.</summary>
    public string Description { get; }

    /// <summary>The commands.</summary>
    public IReadOnlyList<CommandDefinition> Commands { get; }

    /// <summary>A command by its name, or null.</summary>
    internal CommandDefinition? Find(string name) => Commands.FirstOrDefault(command => command.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
