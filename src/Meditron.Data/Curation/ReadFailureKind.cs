namespace Meditron.Data.Curation;

/// <summary>The names under which records that could not be read are counted.</summary>
public static class ReadFailureKind
{
    /// <summary>The record is not well-formed JSON.</summary>
    public const string Json = "broken-json";

    /// <summary>The record is not well-formed XML.</summary>
    public const string Xml = "broken-xml";

    /// <summary>The bytes are not valid text in the encoding they claim.</summary>
    public const string Encoding = "wrong-encoding";

    /// <summary>The record is larger than the limit.</summary>
    public const string TooLarge = "too-large";

    /// <summary>The file or record has no content.</summary>
    public const string Empty = "empty";

    /// <summary>The record is well-formed and lacks what a document needs.</summary>
    public const string MissingField = "missing-field";

    /// <summary>The file cannot be opened or read.</summary>
    public const string Unreadable = "unreadable";

    /// <summary>The archive is damaged.</summary>
    public const string Archive = "broken-archive";

    /// <summary>No reader recognises the file.</summary>
    public const string UnknownFormat = "unknown-format";
}
