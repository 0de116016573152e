namespace Meditron.Data.Sampling;

/// <summary>Samples cannot be made as asked: too few tokens, a split or mixture that makes no sense, or a damaged index.</summary>
public sealed class SamplingException : DataException
{
    /// <summary>Creates the error.</summary>
    public SamplingException(string message, string? file = null, Exception? innerException = null)
        : base(message, file, innerException: innerException)
    {
    }
}
