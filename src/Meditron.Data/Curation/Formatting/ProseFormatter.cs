namespace Meditron.Data.Curation.Formatting;

/// <summary>Normalises line ends, blank lines and odd glyphs of plain text, and sets its title above it.</summary>
public sealed class ProseFormatter
{
    private readonly ProseFormatSettings settings;

    /// <summary>A formatter by <paramref name="settings"/>.</summary>
    public ProseFormatter(ProseFormatSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        this.settings = settings;
    }

    /// <summary>The text under its title.</summary>
    public string Format(string title, string text)
    {
        ArgumentNullException.ThrowIfNull(title);
        text = TextNormalizer.Normalize(text, settings.CollapseSpaces, settings.Glyphs);
        title = settings.Title ? TextNormalizer.Normalize(title, collapseSpaces: true).Replace('\n', ' ') : "";
        return title.Length == 0 || text.Length == 0 || text.StartsWith(title, StringComparison.Ordinal) ? text : $"{title}\n\n{text}";
    }
}
