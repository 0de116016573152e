namespace Meditron.Actors.Configuration.Hocon;

/// <summary>The text that a value was read from: the main text, or an included one known by the name it was included under.</summary>
internal sealed class HoconSource
{
    /// <summary>The name of the include that brought this text in, or null for the main text.</summary>
    public string? Name { get; set; }
}
