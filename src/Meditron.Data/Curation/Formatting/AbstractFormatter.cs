namespace Meditron.Data.Curation.Formatting;

/// <summary>Writes an abstract as its title, a line feed and its text, without addresses and bracketed references.</summary>
public sealed class AbstractFormatter
{
    private readonly AbstractFormatSettings settings;

    /// <summary>A formatter by <paramref name="settings"/>.</summary>
    public AbstractFormatter(AbstractFormatSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        this.settings = settings;
    }

    /// <summary>The abstract under its title; empty where the abstract is.</summary>
    public string Format(string title, string text)
    {
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(text);
        var buffer = new CharBuffer(title.Length + text.Length + 16);
        try
        {
            if (settings.Title)
            {
                Append(ref buffer, title.AsSpan().Trim());
                buffer.TrimEnd();
            }

            var start = buffer.Length;
            if (start > 0)
            {
                // A line feed inside a title would part it from its rest.
                for (var at = buffer.Span.IndexOf('\n'); at >= 0; at = buffer.Span.IndexOf('\n'))
                {
                    buffer.Room(0)[at] = ' ';
                }

                buffer.Append('\n');
                start++;
            }

            Append(ref buffer, text.AsSpan().TrimStart());
            buffer.TrimEnd();
            return buffer.Length <= start ? "" : buffer.ToString();
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private void Append(ref CharBuffer buffer, ReadOnlySpan<char> text)
    {
        if (!ReferenceStripper.Any(text, settings.StripUrls, settings.StripReferences))
        {
            TextNormalizer.Append(ref buffer, text, collapseSpaces: true, glyphs: true);
            return;
        }

        var stripped = new CharBuffer(text.Length);
        try
        {
            foreach (var range in text.Split('\n'))
            {
                ReferenceStripper.Append(ref stripped, text[range], settings.StripUrls, settings.StripReferences);
                stripped.Append('\n');
            }

            TextNormalizer.Append(ref buffer, stripped.Span, collapseSpaces: true, glyphs: true);
        }
        finally
        {
            stripped.Dispose();
        }
    }
}
