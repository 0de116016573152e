namespace Meditron.Actors.Configuration;

/// <summary>A configuration could not be read: names the file, line, column or key, the value, and what is allowed.</summary>
public class ConfigurationException : Exception
{
    /// <summary>Creates the exception with its message.</summary>
    public ConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its message and its cause.</summary>
    public ConfigurationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The exception for a component of type <typeparamref name="T"/> that was given no configuration, or an empty one at <paramref name="path"/>.</summary>
    public static ConfigurationException NullOrEmptyConfig<T>(string? path = null) => new(
        path is null
            ? $"{typeof(T).Name} cannot be created: its configuration is null or empty."
            : $"{typeof(T).Name} cannot be created: the configuration has no values under {path}.");
}
