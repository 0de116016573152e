namespace Meditron.Data.Text;

/// <summary>A text file is not what it should be: empty, truncated, not JSON, not UTF-8, or without the field asked for.</summary>
public sealed class TextFormatException : DataException
{
    /// <summary>Creates the error.</summary>
    public TextFormatException(string message, string? file = null, long? line = null, Exception? innerException = null)
        : base(message, file, line, innerException)
    {
    }
}
