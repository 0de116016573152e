namespace Meditron.Data.Curation.Formatting;

/// <summary>Normalises white space and odd glyphs; text that needs nothing is returned as it is, without a copy.</summary>
public static class TextNormalizer
{
    /// <summary>
    /// Line ends become one line feed, odd glyphs plain ones (no-break and other Unicode spaces, ligatures, soft hyphens, zero-width and private characters),
    /// spaces at line ends go, at most one blank line stays between paragraphs, none at the ends.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="collapseSpaces">Whether tabs and runs of spaces become one space and indentation goes; false keeps the layout of code and verse.</param>
    /// <param name="glyphs">Whether odd glyphs are replaced.</param>
    public static string Normalize(string text, bool collapseSpaces, bool glyphs = true)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsNormal(text, collapseSpaces, glyphs))
        {
            return text;
        }

        var buffer = new CharBuffer(text.Length + 16);
        try
        {
            Append(ref buffer, text, collapseSpaces, glyphs);
            buffer.TrimEnd();
            return buffer.ToString();
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private static bool IsNormal(ReadOnlySpan<char> text, bool collapseSpaces, bool glyphs)
    {
        if (text.IsEmpty)
        {
            return true;
        }

        if (text[0] is ' ' or '\n' || text[^1] is ' ' or '\n' || text.Contains('\r') || text.Contains(" \n", StringComparison.Ordinal) || text.Contains("\n\n\n", StringComparison.Ordinal))
        {
            return false;
        }

        if (collapseSpaces && (text.Contains('\t') || text.Contains("  ", StringComparison.Ordinal) || text.Contains("\n ", StringComparison.Ordinal)))
        {
            return false;
        }

        return !glyphs || !Glyphs.Any(text);
    }

    private static void Append(ref CharBuffer buffer, ReadOnlySpan<char> text, bool collapseSpaces, bool glyphs)
    {
        var feeds = 2;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c is >= '!' and < '\x7F')
            {
                feeds = 0;
                buffer.Append(c);
                continue;
            }

            if (glyphs && c != '\n' && c != ' ')
            {
                if (Glyphs.Ligature(c) is { Length: > 0 } letters)
                {
                    feeds = 0;
                    buffer.Append(letters);
                    continue;
                }

                c = Glyphs.Map(c);
            }

            switch (c)
            {
                case Glyphs.Nothing:
                case '\r' when at + 1 < text.Length && text[at + 1] == '\n':
                    break;
                case '\r':
                case '\n':
                    buffer.TrimSpaces();
                    if (feeds < 2)
                    {
                        buffer.Append('\n');
                        feeds++;
                    }

                    break;
                case ' ' or '\t' when collapseSpaces:
                    if (buffer.Last is not (' ' or '\n'))
                    {
                        buffer.Append(' ');
                    }

                    break;
                case ' ' or '\t':
                    buffer.Append(c);
                    break;
                default:
                    feeds = 0;
                    buffer.Append(c);
                    break;
            }
        }
    }
}
