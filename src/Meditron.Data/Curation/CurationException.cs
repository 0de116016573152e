namespace Meditron.Data.Curation;

/// <summary>A curation run cannot start or go on; the message says what was attempted, why it failed, and what to do.</summary>
public sealed class CurationException : DataException
{
    /// <summary>An error with its message.</summary>
    public CurationException(string message)
        : base(message)
    {
    }

    /// <summary>An error with its message and cause.</summary>
    public CurationException(string message, Exception inner)
        : base(message, innerException: inner)
    {
    }
}
