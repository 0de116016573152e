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
        text = Clean(text);
        if (text.Length == 0)
        {
            return "";
        }

        title = settings.Title ? Clean(title).Replace('\n', ' ') : "";
        return title.Length == 0 ? text : $"{title}\n{text}";
    }

    private string Clean(string text)
    {
        if ((settings.StripUrls || settings.StripReferences) && text.AsSpan().ContainsAny("[<:.") && HasAny(text))
        {
            var buffer = new CharBuffer(text.Length);
            try
            {
                foreach (var range in text.AsSpan().Split('\n'))
                {
                    ReferenceStripper.Append(ref buffer, text.AsSpan()[range], settings.StripUrls, settings.StripReferences);
                    buffer.Append('\n');
                }

                text = buffer.ToString();
            }
            finally
            {
                buffer.Dispose();
            }
        }

        return TextNormalizer.Normalize(text, collapseSpaces: true);
    }

    private static bool HasAny(ReadOnlySpan<char> text) =>
        text.ContainsAny('[', '<') || text.Contains("http", StringComparison.OrdinalIgnoreCase) || text.Contains("www.", StringComparison.OrdinalIgnoreCase);
}
