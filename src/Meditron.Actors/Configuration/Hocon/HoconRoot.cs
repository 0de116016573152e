namespace Meditron.Actors.Configuration.Hocon;

/// <summary>A parsed configuration text; its substitutions are resolved when <see cref="Value"/> is first read, or where it is included.</summary>
public sealed class HoconRoot
{
    private readonly Lazy<HoconValue> value;

    /// <summary>Wraps a value that is already resolved.</summary>
    public HoconRoot(HoconValue value)
    {
        ArgumentNullException.ThrowIfNull(value);
        this.value = new Lazy<HoconValue>(value);
    }

    internal HoconRoot(ObjectNode tree, HoconSource source)
    {
        Tree = tree;
        Source = source;
        value = new Lazy<HoconValue>(() => new HoconResolver(tree).Resolve());
    }

    /// <summary>The resolved value.</summary>
    /// <exception cref="ConfigurationException">A substitution has no value or refers to itself.</exception>
    public HoconValue Value => value.Value;

    internal ObjectNode? Tree { get; }

    internal HoconSource? Source { get; }
}
