namespace Meditron.Data.Curation.Readers.Records;

/// <summary>The names under which readers set records and files aside.</summary>
public static class FaultReasons
{
    /// <summary>The record is not well-formed JSON, or not of the expected shape.</summary>
    public const string InvalidJson = "invalid-json";

    /// <summary>The record is not well-formed XML, or not of the expected shape.</summary>
    public const string InvalidXml = "invalid-xml";

    /// <summary>The bytes are not UTF-8 (Latin-1 and Windows-1252 files end here).</summary>
    public const string InvalidUtf8 = "invalid-utf8";

    /// <summary>The file starts with a UTF-16 or UTF-32 byte order mark.</summary>
    public const string Utf16 = "utf16";

    /// <summary>The file holds no bytes, or nothing but white space.</summary>
    public const string Empty = "empty";

    /// <summary>The record is longer than the limit.</summary>
    public const string TooLong = "too-long";

    /// <summary>The file ends inside the record.</summary>
    public const string Truncated = "truncated";

    /// <summary>A field that the record needs is absent.</summary>
    public const string MissingField = "missing-field";

    /// <summary>The record is well-formed and holds no text.</summary>
    public const string NoText = "no-text";

    /// <summary>The gzip, zip or tar container is damaged.</summary>
    public const string CorruptArchive = "corrupt-archive";

    /// <summary>The file or folder could not be opened or read.</summary>
    public const string Unreadable = "unreadable";
}
