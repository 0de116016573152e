namespace Meditron.Data.Curation.Formatting;

/// <summary>Cuts text by words and clauses.</summary>
public static class Words
{
    private static readonly string[] Abbreviations = ["al", "vs", "e.g", "i.e", "fig", "figs", "ca", "approx", "no", "nos", "sp", "spp", "cf", "dr", "st", "etc", "ref", "refs", "subsp", "var"];

    /// <summary>The first <paramref name="count"/> words, followed by three dots where there are more.</summary>
    public static string First(string text, int count)
    {
        ArgumentNullException.ThrowIfNull(text);
        var span = text.AsSpan().Trim();
        var at = 0;
        for (var word = 0; at < span.Length; word++)
        {
            if (word == count)
            {
                return $"{span[..at].TrimEnd().TrimEnd(",;:")}...";
            }

            while (at < span.Length && span[at] != ' ')
            {
                at++;
            }

            while (at < span.Length && span[at] == ' ')
            {
                at++;
            }
        }

        return span.ToString();
    }

    /// <summary>The text up to the first full stop, semicolon or colon that ends a clause, without it.</summary>
    public static string FirstClause(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var at = 1; at < text.Length; at++)
        {
            var ends = text[at] is '.' or ';' or ':' && (at + 1 == text.Length || char.IsWhiteSpace(text[at + 1]));
            if (ends && (text[at] != '.' || !IsAbbreviation(text.AsSpan(0, at))))
            {
                return text[..at].Trim();
            }
        }

        return text.Trim();
    }

    /// <summary>The number of words.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        foreach (var range in text.Split(' '))
        {
            count += range.End.Value > range.Start.Value ? 1 : 0;
        }

        return count;
    }

    private static bool IsAbbreviation(ReadOnlySpan<char> before)
    {
        var start = before.LastIndexOfAny(" (");
        var word = before[(start + 1)..];
        if (word.Length == 1 && char.IsUpper(word[0]))
        {
            // A genus or a name's initial: "E. coli". A panel's letter stands in parentheses.
            return true;
        }

        foreach (var abbreviation in Abbreviations)
        {
            if (word.Equals(abbreviation, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
