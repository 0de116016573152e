using System.Buffers;
using Meditron.Data.Curation.Papers;
using Meditron.Data.Curation.Readers.Papers;

namespace Meditron.Data.Curation.Formatting;

/// <summary>Writes a block's text with its citations, figure and table references and formulas in the paper's form.</summary>
internal sealed class ReferenceWriter
{
    private static readonly SearchValues<char> Separators = SearchValues.Create(",;-–— \u00A0");

    private readonly PaperFormatSettings settings;
    private readonly Dictionary<string, string> citations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PaperFloat> floats = new(StringComparer.Ordinal);

    public ReferenceWriter(PaperFormatSettings settings, StructuredPaper paper)
    {
        this.settings = settings;
        foreach (var entry in settings.Citations ? paper.Bibliography : [])
        {
            if (entry.Title.Length > 0)
            {
                var title = Words.First(Clean(entry.Title), settings.ReferenceWords);
                citations[entry.Id] = $"[bib_ref] {title}{(entry.MainAuthor.Length > 0 ? ", " + Clean(entry.MainAuthor) : "")} [/bib_ref]";
            }
        }

        foreach (var known in paper.Figures.Concat(paper.Tables))
        {
            floats[known.Id] = known;
        }
    }

    /// <summary>A caption without its citations, and otherwise as printed.</summary>
    public static string Caption(PaperBlock block)
    {
        var writer = new ReferenceWriter(new PaperFormatSettings { Citations = false, FloatReferences = false, Formulas = false }, new StructuredPaper());
        var buffer = new CharBuffer(block.Text.Length);
        try
        {
            writer.Write(ref buffer, block);
            return buffer.ToString();
        }
        finally
        {
            buffer.Dispose();
        }
    }

    /// <summary>Appends the block's text, normalised.</summary>
    public void Write(ref CharBuffer text, PaperBlock block)
    {
        var source = block.Text.AsSpan();
        var references = block.References;
        var start = text.Length;
        var done = 0;
        for (var at = 0; at < references.Count;)
        {
            var group = new Group(references, at, GroupCount(source, references, at));
            at += group.Count;
            Write(ref text, start, source, group, ref done);
        }

        Append(ref text, start, source[done..]);
        text.TrimEnd();
        text.Length = Math.Max(text.Length, start);
    }

    private static string Clean(string text) => TextNormalizer.Normalize(text, collapseSpaces: true).Replace('\n', ' ');

    /// <summary>How many references of one kind follow one another with nothing but separators between them.</summary>
    private static int GroupCount(ReadOnlySpan<char> source, IReadOnlyList<InlineReference> references, int first)
    {
        var kind = references[first].Kind;
        var at = first;
        while (at + 1 < references.Count && kind != InlineReferenceKind.Formula)
        {
            var end = references[at].Start + references[at].Length;
            if (references[at + 1].Kind != kind || source[end..references[at + 1].Start].IndexOfAnyExcept(Separators) >= 0)
            {
                break;
            }

            at++;
        }

        return at - first + 1;
    }

    /// <summary>Appends text as printed; at the start of a block its spaces go.</summary>
    private static void Append(ref CharBuffer text, int start, ReadOnlySpan<char> printed) =>
        TextNormalizer.Append(ref text, text.Length == start ? printed.TrimStart() : printed, collapseSpaces: true, glyphs: true);

    private static void Tag(ref CharBuffer text, int start, ReadOnlySpan<char> tag)
    {
        if (text.Length > start && text.Last is not (' ' or '\n'))
        {
            text.Append(' ');
        }

        text.Append(tag);
        text.Append(' ');
    }

    private void Write(ref CharBuffer text, int blockStart, ReadOnlySpan<char> source, Group group, ref int done)
    {
        if (group.Kind == InlineReferenceKind.Formula)
        {
            Append(ref text, blockStart, source[done..group.Start]);
            var formula = source[group.Start..group.End].Trim();
            if (settings.Formulas && formula.Length > 0)
            {
                Tag(ref text, blockStart, $"[formula] {formula} [/formula]");
            }
            else
            {
                Append(ref text, blockStart, formula);
            }

            done = group.End;
            return;
        }

        var isFloat = group.Kind is InlineReferenceKind.Figure or InlineReferenceKind.Table;
        if (isFloat && !(settings.FloatReferences && IsKnown(group)))
        {
            // As printed: a sentence that speaks of the figure would otherwise lose its subject.
            Append(ref text, blockStart, source[done..group.End]);
            done = group.End;
            return;
        }

        var start = isFloat ? BeforeWord(source, group.Start, done) : group.Start;
        var end = group.End;
        var printed = source[group.Start..group.End];
        var opens = printed.Count('(') + printed.Count('[');
        var closes = printed.Count(')') + printed.Count(']');
        var before = source[done..start].TrimEnd();
        var after = source[end..];
        var gap = after.Length - after.TrimStart().Length;
        if (opens == closes && before.Length > 0 && gap < after.Length && (before[^1], after[gap]) is ('(', ')') or ('[', ']'))
        {
            // Brackets that hold the references and nothing else.
            start = done + before.Length - 1;
            end += gap + 1;
        }

        Append(ref text, blockStart, source[done..start]);
        text.Append(opens > closes ? "(" : "");
        var wrote = isFloat ? Floats(ref text, blockStart, source, group) : Citations(ref text, blockStart, group);
        text.Append(closes > opens ? ")" : "");
        done = end;
        if (!wrote && opens == closes && done < source.Length && source[done..].TrimStart() is [var next, ..] && next is '.' or ',' or ';' or ')' or ']')
        {
            // What was left out leaves no gap before punctuation.
            text.TrimSpaces();
            done = source.Length - source[done..].TrimStart().Length;
        }
    }

    private bool IsKnown(Group group)
    {
        for (var at = 0; at < group.Count; at++)
        {
            if (group[at].Target is { } target && floats.ContainsKey(target))
            {
                return true;
            }
        }

        return false;
    }

    private bool Citations(ref CharBuffer text, int start, Group group)
    {
        var wrote = false;
        for (var at = 0; group.Kind == InlineReferenceKind.Citation && at < group.Count; at++)
        {
            if (group[at].Target is { } target && citations.TryGetValue(target, out var citation))
            {
                Tag(ref text, start, citation);
                wrote = true;
            }
        }

        return wrote;
    }

    private bool Floats(ref CharBuffer text, int start, ReadOnlySpan<char> source, Group group)
    {
        string? last = null;
        for (var at = 0; at < group.Count; at++)
        {
            var reference = group[at];
            if (reference.Target is null || reference.Target == last || !floats.TryGetValue(reference.Target, out var known))
            {
                continue;
            }

            var label = known.Label.Length > 0 ? Clean(known.Label) : Printed(source.Slice(reference.Start, reference.Length).ToString(), group.Kind);
            var clause = Words.First(Words.FirstClause(Clean(known.Caption)), settings.ReferenceWords);
            Tag(ref text, start, $"[fig_ref] {label}{(label.Length > 0 && clause.Length > 0 ? ": " : "")}{clause} [/fig_ref]");
            last = reference.Target;
        }

        return last is not null;
    }

    /// <summary>The label that a reference prints, where the float itself has none.</summary>
    private static string Printed(string printed, InlineReferenceKind kind)
    {
        var word = kind == InlineReferenceKind.Table ? "Table" : "Figure";
        var text = Clean(printed).Trim('(', ')', '[', ']', ' ');
        var label = FloatLabels.Split(text).Label;
        label = label.Length > 0 ? label : FloatLabels.Normalize(text);
        return label.Length == 0 ? word : char.IsAsciiDigit(label[0]) ? $"{word} {label}" : label;
    }

    /// <summary>Moves the start before a word such as "Figure" that stands outside the reference; the label says it again.</summary>
    private static int BeforeWord(ReadOnlySpan<char> source, int start, int done)
    {
        var before = source[done..start].TrimEnd();
        foreach (var word in (ReadOnlySpan<string>)["figures", "figure", "figs.", "fig.", "figs", "fig", "tables", "table", "tabs.", "tab."])
        {
            if (before.EndsWith(word, StringComparison.OrdinalIgnoreCase) && (before.Length == word.Length || !char.IsLetter(before[^(word.Length + 1)])))
            {
                return done + before.Length - word.Length;
            }
        }

        return start;
    }

    /// <summary>References of one kind, one after the other.</summary>
    private readonly struct Group(IReadOnlyList<InlineReference> references, int first, int count)
    {
        public int Count => count;

        public InlineReferenceKind Kind => references[first].Kind;

        public int Start => references[first].Start;

        public int End => this[count - 1].Start + this[count - 1].Length;

        public InlineReference this[int at] => references[first + at];
    }
}
