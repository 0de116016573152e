namespace Meditron.Cmd;

/// <summary>Describes one argument of a command: given after a switch, as a switch alone, or by its position.</summary>
public sealed class ArgumentDefinition
{
    internal ArgumentDefinition(string name, string description, bool isMandatory, bool isFlag, IReadOnlyList<string> switches, IReadOnlyList<string> defaultValues)
    {
        Name = name;
        Description = description;
        IsMandatory = isMandatory;
        IsFlag = isFlag;
        Switch = switches;
        DefaultValues = defaultValues;
    }

    /// <summary>The name, by which the handler asks for the value.</summary>
    public string Name { get; }

    /// <summary>What the argument means, one sentence.</summary>
    public string Description { get; }

    /// <summary>Whether the command cannot run without it.</summary>
    public bool IsMandatory { get; }

    /// <summary>Whether it is a switch without a value.</summary>
    public bool IsFlag { get; }

    /// <summary>The switches, all of one meaning; none for an argument by position.</summary>
    public IReadOnlyList<string> Switch { get; }

    /// <summary>Values that completion offers.</summary>
    public IReadOnlyList<string> DefaultValues { get; }

    /// <summary>Whether it is given by its position.</summary>
    public bool IsPositional => Switch.Count == 0;

    /// <summary>As it is written in the command's usage.</summary>
    internal string Usage
    {
        get
        {
            var value = Name.ToUpperInvariant();
            var text = IsPositional ? value : IsFlag ? Switch[0] : $"{Switch[0]} {value}";
            return IsMandatory ? text : $"[{text}]";
        }
    }
}
