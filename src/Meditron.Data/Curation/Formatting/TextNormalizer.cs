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

    /// <summary>Appends <paramref name="text"/> normalised, going on from what the buffer holds: a run of spaces or blank lines across the seam counts as one.</summary>
    internal static void Append(ref CharBuffer buffer, scoped ReadOnlySpan<char> text, bool collapseSpaces, bool glyphs)
    {
        var target = buffer.Room(text.Length + 4);
        var end = buffer.Length;
        var feeds = end == 0 ? 2 : target[end - 1] != '\n' ? 0 : end > 1 && target[end - 2] == '\n' ? 2 : 1;
        for (var at = 0; at < text.Length; at++)
        {
            var c = text[at];
            if (c is > ' ' and < '\x7F')
            {
                feeds = 0;
                target[end++] = c;
                continue;
            }

            if (glyphs && c > ' ')
            {
                if (c is >= '\uFB00' and <= '\uFB04')
                {
                    buffer.Length = end;
                    buffer.Append(Glyphs.Ligature(c));
                    target = buffer.Room(text.Length - at + 4);
                    end = buffer.Length;
                    feeds = 0;
                    continue;
                }

                c = Glyphs.Map(c);
            }
            else if (c is not (' ' or '\n' or '\t' or '\r') && c < ' ')
            {
                c = Glyphs.Nothing;
            }

            switch (c)
            {
                case Glyphs.Nothing:
                case '\r' when at + 1 < text.Length && text[at + 1] == '\n':
                    break;
                case '\r':
                case '\n':
                    while (end > 0 && target[end - 1] == ' ')
                    {
                        end--;
                    }

                    if (feeds < 2)
                    {
                        target[end++] = '\n';
                        feeds++;
                    }

                    break;
                case ' ' or '\t' when collapseSpaces:
                    if (end > 0 && target[end - 1] is not (' ' or '\n'))
                    {
                        target[end++] = ' ';
                    }

                    break;
                case ' ' or '\t':
                    target[end++] = c;
                    break;
                default:
                    feeds = 0;
                    target[end++] = c;
                    break;
            }
        }

        buffer.Length = end;
    }
}
