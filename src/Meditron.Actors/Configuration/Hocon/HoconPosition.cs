namespace Meditron.Actors.Configuration.Hocon;

/// <summary>A place in a configuration text, both counts from 1.</summary>
internal readonly record struct HoconPosition(HoconSource? Source, int Line, int Column)
{
    /// <summary>Builds the exception for a fault at this place.</summary>
    public ConfigurationException Error(string message, Exception? inner = null) => new($"{this}: {message}", inner);

    /// <inheritdoc/>
    public override string ToString() => Source?.Name is { } name ? $"{name}, line {Line}, column {Column}" : $"line {Line}, column {Column}";
}
