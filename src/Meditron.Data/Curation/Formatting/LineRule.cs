using System.Text.RegularExpressions;

namespace Meditron.Data.Curation.Formatting;

/// <summary>
/// Recognises a line of a page. The rule's text is compared without regard to case, header marks, bullets, surrounding spaces or a final colon; a word before it says how:
/// <c>starts: Last reviewed</c>, <c>ends: ...</c>, <c>contains: ...</c>, <c>regex: ^Page [0-9]+</c>; without one the whole line has to be equal.
/// </summary>
public sealed class LineRule
{
    private static readonly (string Word, Kind Kind)[] Words = [("starts:", Kind.Starts), ("ends:", Kind.Ends), ("contains:", Kind.Contains), ("regex:", Kind.Regex)];

    private readonly Kind kind;
    private readonly string text;
    private readonly Regex? regex;

    private LineRule(Kind kind, string text)
    {
        this.kind = kind;
        this.text = text;
        regex = kind == Kind.Regex ? new Regex(text, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking) : null;
    }

    private enum Kind
    {
        Equal,
        Starts,
        Ends,
        Contains,
        Regex,
    }

    /// <summary>Reads a rule.</summary>
    /// <exception cref="FormatException">The rule is empty, or its pattern is not a regular expression without backtracking.</exception>
    public static LineRule Parse(string rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var how = Kind.Equal;
        var wanted = rule.Trim();
        foreach (var (word, named) in Words)
        {
            if (wanted.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                how = named;
                wanted = wanted[word.Length..].Trim();
                break;
            }
        }

        if (wanted.Length == 0)
        {
            throw new FormatException($"the line rule \"{rule}\" has no text; write the line's text, or starts:, ends:, contains: or regex: before it");
        }

        try
        {
            return new LineRule(how, wanted);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"the line rule \"{rule}\" is not a regular expression that can be matched without backtracking: {e.Message}", e);
        }
    }

    /// <summary>What of a line rules are compared with.</summary>
    public static ReadOnlySpan<char> Bare(ReadOnlySpan<char> line) => line.Trim().TrimStart("#-*• ").TrimEnd(" :#*");

    /// <summary>Whether the rule recognises a line made bare by <see cref="Bare"/>.</summary>
    public bool Matches(ReadOnlySpan<char> bare) => kind switch
    {
        Kind.Equal => bare.Equals(text, StringComparison.OrdinalIgnoreCase),
        Kind.Starts => bare.StartsWith(text, StringComparison.OrdinalIgnoreCase),
        Kind.Ends => bare.EndsWith(text, StringComparison.OrdinalIgnoreCase),
        Kind.Contains => bare.Contains(text, StringComparison.OrdinalIgnoreCase),
        _ => regex!.IsMatch(bare),
    };
}
