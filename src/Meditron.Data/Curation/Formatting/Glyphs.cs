using System.Buffers;

namespace Meditron.Data.Curation.Formatting;

/// <summary>Characters that stand for others or for nothing.</summary>
internal static class Glyphs
{
    /// <summary>What a character becomes: itself, a space, a hyphen, or <see cref="Nothing"/>.</summary>
    public const char Nothing = '\0';

    /// <summary>Marks that open an item of a list.</summary>
    public static readonly SearchValues<char> Bullets = SearchValues.Create("•·◦▪●○■□‣⁃∙▫◆◇►▶➢➤✓✔❖");

    /// <summary>Characters that no odd one is among, so that ordinary text is passed over in whole vectors.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create("\t\n\r" + string.Concat(Enumerable.Range(' ', '\x7F' - ' ').Select(c => (char)c)));

    /// <summary>Whether the text has a character that <see cref="Map"/> or <see cref="Ligature"/> changes.</summary>
    public static bool Any(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyExcept(Plain) is var at and >= 0)
        {
            var c = text[at];
            if (Map(c) != c || c is >= '\uFB00' and <= '\uFB04')
            {
                return true;
            }

            text = text[(at + 1)..];
        }

        return false;
    }

    /// <summary>The plain character for an odd one.</summary>
    public static char Map(char c)
    {
        if (c < 0x7F)
        {
            return c is >= ' ' or '\n' or '\t' or '\r' ? c : Nothing;
        }

        return c switch
        {
            '\u00A0' or '\u1680' or (>= '\u2000' and <= '\u200A') or '\u202F' or '\u205F' or '\u3000' => ' ',
            '\u0085' or '\u2028' or '\u2029' => '\n',
            '\u2010' or '\u2011' => '-',
            <= '\u009F' or '\u00AD' or (>= '\u200B' and <= '\u200F') or (>= '\u202A' and <= '\u202E') or (>= '\u2060' and <= '\u2064') or '\uFEFF' or '\uFFFC' or '\uFFFD' => Nothing,
            >= '\uE000' and <= '\uF8FF' => Nothing,
            _ => c,
        };
    }

    /// <summary>The letters of a typographic ligature, or empty.</summary>
    public static string Ligature(char c) => c switch
    {
        '\uFB00' => "ff",
        '\uFB01' => "fi",
        '\uFB02' => "fl",
        '\uFB03' => "ffi",
        '\uFB04' => "ffl",
        _ => "",
    };
}
