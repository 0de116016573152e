namespace Meditron.Actors.Configuration.Hocon;

/// <summary>One token with its text (unescaped for strings, the path for substitutions) and its place.</summary>
internal readonly record struct HoconToken(HoconTokenKind Kind, string Text, HoconPosition Position)
{
    /// <summary>How an error message calls this token.</summary>
    public string Describe() => Kind switch
    {
        HoconTokenKind.End => "the end of the text",
        HoconTokenKind.NewLine => "the end of the line",
        HoconTokenKind.Space => "white space",
        HoconTokenKind.Quoted => $"\"{Shorten(Text)}\"",
        HoconTokenKind.Substitution => $"${{{Shorten(Text)}}}",
        HoconTokenKind.OptionalSubstitution => $"${{?{Shorten(Text)}}}",
        _ => $"'{Shorten(Text)}'",
    };

    /// <summary>Cuts a text to a length that fits an error line.</summary>
    public static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";
}
