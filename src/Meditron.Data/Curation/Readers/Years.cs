namespace Meditron.Data.Curation.Readers;

/// <summary>Finds a year in a date as sources print it.</summary>
internal static class Years
{
    public static int? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        for (var at = 0; at + 4 <= text.Length; at++)
        {
            var before = at > 0 && char.IsAsciiDigit(text[at - 1]);
            var after = at + 4 < text.Length && char.IsAsciiDigit(text[at + 4]);
            if (!before && !after && int.TryParse(text.AsSpan(at, 4), System.Globalization.NumberStyles.None, null, out var year) && year is >= 1500 and < 2200)
            {
                return year;
            }
        }

        return null;
    }
}
