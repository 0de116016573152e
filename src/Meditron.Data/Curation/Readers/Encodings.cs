using System.Text;
using System.Text.Unicode;

namespace Meditron.Data.Curation.Readers;

/// <summary>Tells UTF-8 from what is not, and says so in words.</summary>
internal static class Encodings
{
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>Says where <paramref name="bytes"/> stop being UTF-8 and what they look like instead.</summary>
    public static string Explain(ReadOnlySpan<byte> bytes)
    {
        var at = FirstInvalid(bytes);
        var looks = bytes.IndexOf((byte)0) >= 0 ? "it looks like UTF-16 or a binary file" : "it looks like Latin-1 or Windows-1252";
        return $"byte 0x{bytes[at]:X2} at byte {at} of the record is not UTF-8 ({looks}); convert the file to UTF-8";
    }

    /// <summary>Decodes a page: UTF-8, or the Latin encoding that the page itself declares in <paramref name="declared"/>.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, string? declared)
    {
        if (Utf8.IsValid(bytes))
        {
            return Encoding.UTF8.GetString(bytes);
        }

        // The web's rule: pages that declare Latin-1 are read as Windows-1252.
        return declared?.ToLowerInvariant() is "iso-8859-1" or "latin1" or "latin-1" or "windows-1252" or "cp1252" or "us-ascii"
            ? Windows1252.GetString(bytes)
            : throw new RecordException(ReadFailureKind.Encoding, Explain(bytes));
    }

    private static int FirstInvalid(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return at;
            }

            at += consumed;
        }

        return bytes.Length - 1;
    }
}
