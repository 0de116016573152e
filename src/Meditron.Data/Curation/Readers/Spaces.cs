using System.Text;

namespace Meditron.Data.Curation.Readers;

/// <summary>White space of mark-up, which counts as one space however much of it there is.</summary>
internal static class Spaces
{
    /// <summary>One space for each run of white space, none at the ends.</summary>
    public static string Collapse(string text)
    {
        var result = new StringBuilder(text.Length);
        Append(result, text);
        return result.ToString().Trim();
    }

    /// <summary>Appends <paramref name="text"/> with each run of white space as one space, also across calls.</summary>
    public static void Append(StringBuilder result, ReadOnlySpan<char> text)
    {
        var at = 0;
        while (at < text.Length)
        {
            var blank = at;
            while (blank < text.Length && !char.IsWhiteSpace(text[blank]))
            {
                blank++;
            }

            result.Append(text[at..blank]);
            at = blank;
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at > blank && result.Length > 0 && result[^1] != ' ')
            {
                result.Append(' ');
            }
        }
    }
}
