namespace Meditron.Data.Tokenization;

/// <summary>An id, or a whole vocabulary, does not fit where it is to be used.</summary>
public sealed class VocabularyException : DataException
{
    /// <summary>Creates the error.</summary>
    public VocabularyException(string message, string? file = null)
        : base(message, file)
    {
    }
}
