namespace Meditron.Data.Curation.Readers;

/// <summary>Says why one record is set aside; reading goes on with the next.</summary>
public sealed class RecordException : Exception
{
    /// <summary>A record set aside as <paramref name="kind"/>, one of <see cref="ReadFailureKind"/>.</summary>
    public RecordException(string kind, string message)
        : base(message)
    {
        Kind = kind;
    }

    /// <summary>The name it is counted under.</summary>
    public string Kind { get; }
}
