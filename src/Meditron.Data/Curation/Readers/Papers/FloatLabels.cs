namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>Parts a caption as printed into its label and the caption proper.</summary>
public static class FloatLabels
{
    private static readonly string[] Words = ["figures", "figure", "figs.", "figs", "fig.", "fig", "tables", "table", "tabs.", "tab.", "scheme", "box", "chart"];

    /// <summary>Splits <c>FIGURE 2 | Text</c> or <c>Fig. 2. Text</c> into <c>Figure 2</c> and <c>Text</c>; the label is empty where the caption starts with none.</summary>
    public static (string Label, string Caption) Split(string caption)
    {
        ArgumentNullException.ThrowIfNull(caption);
        var text = caption.AsSpan().TrimStart();
        foreach (var word in Words)
        {
            if (!text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            var rest = text[word.Length..].TrimStart();
            var length = NumberLength(rest);
            if (length == 0)
            {
                return ("", caption.Trim());
            }

            var label = $"{Name(word)} {rest[..length]}";
            rest = rest[length..].TrimStart();
            rest = rest.TrimStart(".:|-–—").TrimStart();
            return (label, rest.TrimEnd().ToString());
        }

        return ("", caption.Trim());
    }

    /// <summary>The full word for a label's first word (<c>Fig.</c> gives <c>Figure</c>).</summary>
    public static string Normalize(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        var text = label.AsSpan().Trim().TrimEnd(".:|").TrimEnd();
        foreach (var word in Words)
        {
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase) && (text.Length == word.Length || !char.IsLetter(text[word.Length])))
            {
                return $"{Name(word)} {text[word.Length..].TrimStart()}".Trim();
            }
        }

        return text.ToString();
    }

    private static string Name(string word) => word[0] switch
    {
        'f' => "Figure",
        't' => "Table",
        's' => "Scheme",
        'b' => "Box",
        _ => "Chart",
    };

    /// <summary>The length of a number as floats have it: <c>2</c>, <c>S1</c>, <c>3A</c>, <c>IV</c>, <c>2.1</c>.</summary>
    private static int NumberLength(ReadOnlySpan<char> text)
    {
        var at = 0;
        if (at < text.Length && text[at] is 'S' or 'A' or 'B' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))
        {
            at++;
        }

        var digits = at;
        while (at < text.Length && (char.IsAsciiDigit(text[at]) || (text[at] == '.' && at > digits && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1]))))
        {
            at++;
        }

        if (at > digits)
        {
            if (at < text.Length && char.IsAsciiLetter(text[at]) && (at + 1 == text.Length || !char.IsLetter(text[at + 1])))
            {
                at++;
            }

            return at;
        }

        at = 0;
        while (at < text.Length && text[at] is 'I' or 'V' or 'X')
        {
            at++;
        }

        return at < text.Length && char.IsLetterOrDigit(text[at]) ? 0 : at;
    }
}
