using Meditron.Data.Curation.Papers;

namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>Turns text with spans counted in code points, as Python counts them, into a block with spans counted in UTF-16 units.</summary>
internal static class SpanText
{
    /// <summary>A span of the source: code points from <paramref name="Start"/> to <paramref name="End"/>; <paramref name="Replacement"/> stands in for what was printed, where it is given.</summary>
    public readonly record struct Span(InlineReferenceKind Kind, int Start, int End, string? Target, string? Replacement = null);

    /// <summary>A table from code point index to UTF-16 index, or null where they are the same.</summary>
    public static int[]? CodePointMap(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF'))
        {
            return null;
        }

        var map = new List<int>(text.Length + 1);
        for (var at = 0; at < text.Length; at++)
        {
            map.Add(at);
            if (char.IsHighSurrogate(text[at]) && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
            {
                at++;
            }
        }

        map.Add(text.Length);
        return [.. map];
    }

    /// <summary>The index in UTF-16 units, or -1 where it lies outside the text.</summary>
    public static int Index(int[]? map, int length, int codePoint)
    {
        if (map is null)
        {
            return codePoint < 0 || codePoint > length ? -1 : codePoint;
        }

        return codePoint < 0 || codePoint >= map.Length ? -1 : map[codePoint];
    }

    /// <summary>A paragraph of <paramref name="text"/> with its spans in order; spans outside the text or over one another are left out.</summary>
    public static PaperBlock Block(string text, List<Span> spans)
    {
        if (spans.Count == 0)
        {
            return new PaperBlock { Kind = PaperBlockKind.Paragraph, Text = text };
        }

        var map = CodePointMap(text);
        spans.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : a.End.CompareTo(b.End));
        var builder = new System.Text.StringBuilder(text.Length);
        var references = new List<InlineReference>(spans.Count);
        var done = 0;
        foreach (var span in spans)
        {
            var start = Index(map, text.Length, span.Start);
            var end = Index(map, text.Length, span.End);
            if (start < done || end < start)
            {
                continue;
            }

            builder.Append(text, done, start - done);
            var at = builder.Length;
            if (span.Replacement is null)
            {
                builder.Append(text, start, end - start);
            }
            else
            {
                builder.Append(span.Replacement);
            }

            references.Add(new InlineReference(span.Kind, at, builder.Length - at, span.Target));
            done = end;
        }

        builder.Append(text, done, text.Length - done);
        return new PaperBlock { Kind = PaperBlockKind.Paragraph, Text = builder.ToString(), References = references };
    }
}
