using System.Collections.Frozen;

namespace Meditron.Data.Curation.Formatting;

/// <summary>Cuts guideline pages to their content by the rules of their source, and cleans what is left, line by line.</summary>
public sealed class GuidelineFormatter
{
    private static readonly RuleSet NoRules = new([], [], [], false);

    private readonly GuidelineFormatSettings settings;
    private readonly FrozenDictionary<string, RuleSet> sources;

    /// <summary>A formatter by <paramref name="settings"/>.</summary>
    /// <exception cref="FormatException">A line rule cannot be read.</exception>
    public GuidelineFormatter(GuidelineFormatSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        this.settings = settings;
        sources = settings.AllSources().DistinctBy(s => s.Name, StringComparer.OrdinalIgnoreCase)
            .ToFrozenDictionary(s => s.Name, RuleSet.Of, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The cleaned text of a page of <paramref name="source"/>; empty where nothing is left.</summary>
    public string Format(string source, string title, string text)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(text);
        var rules = sources.GetValueOrDefault(source, NoRules);
        var body = rules.Start.Length == 0 ? text : text[StartOf(text, rules)..];
        var buffer = new CharBuffer(body.Length + title.Length + 16);
        try
        {
            foreach (var range in body.AsSpan().Split('\n'))
            {
                if (!Line(ref buffer, body.AsSpan()[range], rules))
                {
                    break;
                }
            }

            return Finish(title, buffer.Span);
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private static int StartOf(string text, RuleSet rules)
    {
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var bare = LineRule.Bare(text.AsSpan()[range]);
            if (bare.Length > 0 && RuleSet.Any(rules.Start, bare))
            {
                return Math.Min(text.Length, range.End.Value + 1);
            }
        }

        return 0;
    }

    /// <summary>Normalises the lines and sets the title above them, unless they start with it.</summary>
    private string Finish(string title, ReadOnlySpan<char> lines)
    {
        title = settings.Title ? TextNormalizer.Normalize(title, collapseSpaces: true).Replace('\n', ' ') : "";
        var text = lines.Trim('\n');
        if (text.IsEmpty)
        {
            return "";
        }

        var end = text.IndexOf('\n');
        var first = LineRule.Bare(end < 0 ? text : text[..end]);
        var titled = title.Length == 0 || first.Equals(LineRule.Bare(title), StringComparison.OrdinalIgnoreCase);
        var buffer = new CharBuffer(text.Length + title.Length + 8);
        try
        {
            if (!titled)
            {
                buffer.Append("# ");
                buffer.Append(title);
                buffer.Append("\n\n");
            }

            if (settings.Newlines)
            {
                TextNormalizer.Append(ref buffer, text, collapseSpaces: true, settings.Glyphs);
                buffer.TrimEnd();
            }
            else
            {
                buffer.Append(text);
            }

            return buffer.ToString();
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>Writes one line of the page; false where the text ends before it.</summary>
    private bool Line(ref CharBuffer buffer, ReadOnlySpan<char> line, RuleSet rules)
    {
        if (rules.WideSpaces)
        {
            while (line.IndexOf("   ", StringComparison.Ordinal) is var wide and >= 0)
            {
                if (!Part(ref buffer, line[..wide], rules))
                {
                    return false;
                }

                line = line[wide..].TrimStart(' ');
            }
        }

        return Part(ref buffer, line, rules);
    }

    private bool Part(ref CharBuffer buffer, ReadOnlySpan<char> line, RuleSet rules)
    {
        if (rules.HasLineRules)
        {
            var bare = LineRule.Bare(line);
            if (bare.Length > 0 && RuleSet.Any(rules.Stop, bare))
            {
                return false;
            }

            if (bare.Length > 0 && RuleSet.Any(rules.Remove, bare))
            {
                return true;
            }
        }

        line = line.Trim();
        if (line.IsEmpty)
        {
            buffer.Append('\n');
            return true;
        }

        var start = buffer.Length;
        line = Prefix(ref buffer, line);
        if (settings.StripUrls || settings.StripReferences)
        {
            ReferenceStripper.Append(ref buffer, line, settings.StripUrls, settings.StripReferences);
        }
        else
        {
            buffer.Append(line);
        }

        if (settings.DropLinesWithoutLetters && !HasLetter(buffer.Span[start..]))
        {
            buffer.Length = start;
            return true;
        }

        buffer.Append('\n');
        return true;
    }

    /// <summary>Writes the line's header or bullet mark in its plain form and returns what follows it.</summary>
    private ReadOnlySpan<char> Prefix(scoped ref CharBuffer buffer, ReadOnlySpan<char> line)
    {
        if (line[0] == '#')
        {
            var depth = line.Length - line.TrimStart('#').Length;
            var rest = line[depth..];
            if (settings.MaximumHeaderDepth > 0 && rest.Length > 0 && rest[0] == ' ')
            {
                for (var at = 0; at < Math.Min(depth, settings.MaximumHeaderDepth); at++)
                {
                    buffer.Append('#');
                }

                buffer.Append(' ');
                return rest.Trim().TrimEnd('#').TrimEnd();
            }

            return line;
        }

        if (!settings.Bullets)
        {
            return line;
        }

        var isMark = Glyphs.Bullets.Contains(line[0]) || (line.Length > 2 && line[0] is '-' or '*' or '+' or '–' or '—' or '\uF0B7' or 'o' && line[1] is ' ' or '\t' or '\u00A0');
        if (!isMark)
        {
            return line;
        }

        buffer.Append("- ");
        return line[1..].TrimStart();
    }

    private static bool HasLetter(ReadOnlySpan<char> line)
    {
        foreach (var c in line)
        {
            if (char.IsLetter(c))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A source's line rules, parsed.</summary>
    private sealed record RuleSet(LineRule[] Start, LineRule[] Remove, LineRule[] Stop, bool WideSpaces)
    {
        public bool HasLineRules => Remove.Length + Stop.Length > 0;

        public static RuleSet Of(GuidelineSourceRules rules) =>
            new([.. rules.Start.Select(LineRule.Parse)], [.. rules.Remove.Select(LineRule.Parse)], [.. rules.Stop.Select(LineRule.Parse)], rules.WideSpacesBreakLines);

        public static bool Any(LineRule[] rules, ReadOnlySpan<char> bare)
        {
            foreach (var rule in rules)
            {
                if (rule.Matches(bare))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
