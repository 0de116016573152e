namespace Meditron.Actors.Util;

/// <summary>A value that may be absent.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct Option<T>
{
    /// <summary>The absent value.</summary>
    public static readonly Option<T> None;

    /// <summary>Holds a value; null is absent.</summary>
    public Option(T value)
    {
        Value = value;
        HasValue = value is not null;
    }

    /// <summary>Whether there is a value.</summary>
    public bool HasValue { get; }

    /// <summary>The value, or the default when there is none.</summary>
    public T Value { get; }

    /// <summary>Wraps a value.</summary>
    public static implicit operator Option<T>(T value) => new(value);

    /// <summary>The value, or another when there is none.</summary>
    public T GetOrElse(T fallbackValue) => HasValue ? Value : fallbackValue;
}
