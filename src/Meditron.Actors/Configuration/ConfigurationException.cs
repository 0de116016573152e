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
}
