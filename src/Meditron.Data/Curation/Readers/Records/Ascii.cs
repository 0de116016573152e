using System.Buffers;

namespace Meditron.Data.Curation.Readers.Records;

/// <summary>White space of JSON and XML in bytes.</summary>
internal static class Ascii
{
    public static readonly SearchValues<byte> Blank = SearchValues.Create(" \t\r\n\f"u8);

    public static bool IsBlank(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept(Blank) < 0;
}
