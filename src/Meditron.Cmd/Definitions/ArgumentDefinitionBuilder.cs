namespace Meditron.Cmd;

/// <summary>Builds the definition of an argument.</summary>
public sealed class ArgumentDefinitionBuilder
{
    private readonly List<string> _switches = [];
    private readonly List<string> _values = [];
    private string _name = "";
    private string _description = "";
    private bool _mandatory;
    private bool _flag;

    /// <summary>The name, by which the handler asks for the value.</summary>
    public ArgumentDefinitionBuilder WithName(string name)
    {
        _name = Names.Checked(name, "an argument");
        return this;
    }

    /// <summary>What the argument means, one sentence.</summary>
    public ArgumentDefinitionBuilder WithDescription(string description)
    {
        ArgumentNullException.ThrowIfNull(description);
        _description = description;
        return this;
    }

    /// <summary>Whether the command cannot run without it; it can by default.</summary>
    public ArgumentDefinitionBuilder IsMandatory(bool mandatory)
    {
        _mandatory = mandatory;
        return this;
    }

    /// <summary>A switch such as -r or --role; several have one meaning. An argument without any is given by its position.</summary>
    /// <exception cref="ArgumentException">It does not start with a dash.</exception>
    public ArgumentDefinitionBuilder WithSwitch(string @switch)
    {
        ArgumentNullException.ThrowIfNull(@switch);
        if (@switch.Length < 2 || @switch[0] != '-' || @switch.Any(char.IsWhiteSpace) || @switch.Contains('=', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{@switch}' is no switch: one starts with a dash, as -r or --role.", nameof(@switch));
        }

        _switches.Add(@switch);
        return this;
    }

    /// <summary>The switch stands alone, without a value.</summary>
    public ArgumentDefinitionBuilder WithoutValue()
    {
        _flag = true;
        return this;
    }

    /// <summary>A value that completion offers.</summary>
    public ArgumentDefinitionBuilder WithDefaultValue(string value) => WithDefaultValues(value);

    /// <summary>Values that completion offers.</summary>
    public ArgumentDefinitionBuilder WithDefaultValues(params string[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values.AddRange(values);
        return this;
    }

    /// <summary>The definition.</summary>
    /// <exception cref="InvalidOperationException">It has no name, or no value and no switch.</exception>
    public ArgumentDefinition Build()
    {
        if (_name.Length == 0)
        {
            throw new InvalidOperationException("An argument needs a name: call WithName.");
        }

        if (_flag && _switches.Count == 0)
        {
            throw new InvalidOperationException($"The argument {_name} has neither a switch nor a value: call WithSwitch, or leave WithoutValue out.");
        }

        return new ArgumentDefinition(_name, _description, _mandatory, _flag, [.. _switches], [.. _values]);
    }
}
