namespace Meditron.Cmd;

/// <summary>Builds the definition of a command.</summary>
public sealed class CommandDefinitionBuilder
{
    private readonly List<ArgumentDefinition> _arguments = [];
    private string _name = "";
    private string _description = "";
    private bool _streams;
    private TimeSpan? _timeout;

    /// <summary>The name, unique in its palette.</summary>
    public CommandDefinitionBuilder WithName(string name)
    {
        _name = Names.Checked(name, "a command");
        return this;
    }

    /// <summary>What the command does, one sentence.</summary>
    public CommandDefinitionBuilder WithDescription(string description)
    {
        ArgumentNullException.ThrowIfNull(description);
        _description = description;
        return this;
    }

    /// <summary>Adds an argument.</summary>
    public CommandDefinitionBuilder WithArgument(Func<ArgumentDefinitionBuilder, ArgumentDefinitionBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        _arguments.Add(build(new ArgumentDefinitionBuilder()).Build());
        return this;
    }

    /// <summary>The command answers until its client stops it; no time limits it.</summary>
    public CommandDefinitionBuilder WithStreaming()
    {
        _streams = true;
        return this;
    }

    /// <summary>How long the command may take, where that is not the host's own limit.</summary>
    public CommandDefinitionBuilder WithTimeout(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        _timeout = timeout;
        return this;
    }

    /// <summary>The definition.</summary>
    /// <exception cref="InvalidOperationException">It has no name, or two arguments share a name or a switch, or a mandatory one follows an optional one by position.</exception>
    public CommandDefinition Build()
    {
        if (_name.Length == 0)
        {
            throw new InvalidOperationException("A command needs a name: call WithName.");
        }

        var twice = _arguments.Select(argument => argument.Name).Concat(_arguments.SelectMany(argument => argument.Switch))
            .GroupBy(text => text, StringComparer.Ordinal).FirstOrDefault(group => group.Skip(1).Any());
        if (twice is not null)
        {
            throw new InvalidOperationException($"Two arguments of the command {_name} are called {twice.Key}.");
        }

        var positional = _arguments.Where(argument => argument.IsPositional).ToList();
        if (positional.SkipWhile(argument => argument.IsMandatory).Any(argument => argument.IsMandatory))
        {
            throw new InvalidOperationException($"The command {_name} has a mandatory argument by position after an optional one, which could not be told apart.");
        }

        return new CommandDefinition(_name, _description, [.. _arguments], _streams, _timeout);
    }
}
