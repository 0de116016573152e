namespace Meditron.Data.Tokenization;

/// <summary>A tokenizer's model could not be loaded, trained or used.</summary>
public sealed class TokenizerModelException : DataException
{
    /// <summary>Creates the error.</summary>
    public TokenizerModelException(string message, string? file = null, Exception? innerException = null)
        : base(message, file, innerException: innerException)
    {
    }
}
