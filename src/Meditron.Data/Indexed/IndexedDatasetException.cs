namespace Meditron.Data.Indexed;

/// <summary>A pair of .bin and .idx files is missing, damaged, of another format, or not fit for its use.</summary>
public sealed class IndexedDatasetException : DataException
{
    /// <summary>Creates the error.</summary>
    public IndexedDatasetException(string message, string? file = null, Exception? innerException = null)
        : base(message, file, innerException: innerException)
    {
    }
}
