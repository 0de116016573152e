using System.Buffers;

namespace Meditron.Data.Curation.Readers.Records;

/// <summary>White space of JSON and XML in bytes.</summary>
internal static class Blanks
{
    public static readonly SearchValues<byte> Values = SearchValues.Create(" \t\r\n\f"u8);

    public static bool Only(ReadOnlySpan<byte> bytes) => bytes.IndexOfAnyExcept(Values) < 0;
}
