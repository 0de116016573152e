namespace Meditron.Cmd;

/// <summary>Describes a command: its name, its arguments, and how long it may take.</summary>
public sealed class CommandDefinition
{
    internal CommandDefinition(string name, string description, IReadOnlyList<ArgumentDefinition> arguments, bool streams, TimeSpan? timeout)
    {
        Name = name;
        Description = description;
        Arguments = arguments;
        ArgumentsByName = arguments.ToDictionary(argument => argument.Name, StringComparer.Ordinal);
        Streams = streams;
        Timeout = timeout;
    }

    /// <summary>The name, unique in its palette.</summary>
    public string Name { get; }

    /// <summary>What the command does, one sentence.</summary>
    public string Description { get; }

    /// <summary>The arguments; those by position in their order.</summary>
    public IReadOnlyList<ArgumentDefinition> Arguments { get; }

    /// <summary>The arguments by their names.</summary>
    public IReadOnlyDictionary<string, ArgumentDefinition> ArgumentsByName { get; }

    /// <summary>Whether it answers until it is stopped.</summary>
    public bool Streams { get; }

    /// <summary>How long it may take; null for the host's own limit.</summary>
    public TimeSpan? Timeout { get; }

    /// <summary>How the command is written, without its palette.</summary>
    internal string Usage => string.Join(' ', Arguments.Select(argument => argument.Usage).Prepend(Name));
}
