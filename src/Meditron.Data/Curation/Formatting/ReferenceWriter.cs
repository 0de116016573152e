using System.Buffers;
using System.Text;
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
        foreach (var entry in paper.Bibliography)
        {
            if (entry.Title.Length > 0)
            {
                var title = Words.First(Clean(entry.Title), settings.ReferenceWords);
                citations[entry.Id] = $" [bib_ref] {title}{(entry.MainAuthor.Length > 0 ? ", " + Clean(entry.MainAuthor) : "")} [/bib_ref] ";
            }
        }

        foreach (var known in paper.Figures.Concat(paper.Tables))
        {
            floats[known.Id] = known;
        }
    }

    /// <summary>The block's text on one line or, where it was printed on several, on as many.</summary>
    public string Write(PaperBlock block)
    {
        if (block.References.Count == 0)
        {
            return Tidy(TextNormalizer.Normalize(block.Text, collapseSpaces: true), emptyBrackets: false);
        }

        var text = new StringBuilder(block.Text.Length + 256);
        var done = 0;
        var at = 0;
        while (at < block.References.Count)
        {
            var count = GroupLength(block, at);
            var group = new Group(block, at, count);
            at += count;
            Write(text, block.Text, group, ref done);
        }

        text.Append(block.Text, done, block.Text.Length - done);
        return Tidy(TextNormalizer.Normalize(text.ToString(), collapseSpaces: true), emptyBrackets: true);
    }

    private static string Clean(string text) => TextNormalizer.Normalize(text, collapseSpaces: true).Replace('\n', ' ');

    /// <summary>How many references of one kind follow one another with nothing but separators between them.</summary>
    private static int GroupLength(PaperBlock block, int first)
    {
        var at = first;
        while (at + 1 < block.References.Count)
        {
            var here = block.References[at];
            var next = block.References[at + 1];
            var gap = block.Text.AsSpan(here.Start + here.Length, next.Start - here.Start - here.Length);
            if (next.Kind != here.Kind || here.Kind == InlineReferenceKind.Formula || gap.IndexOfAnyExcept(Separators) >= 0)
            {
                break;
            }

            at++;
        }

        return at - first + 1;
    }

    private void Write(StringBuilder text, string source, Group group, ref int done)
    {
        if (group.Kind == InlineReferenceKind.Formula)
        {
            text.Append(source, done, group.Start - done);
            var formula = source.AsSpan(group.Start, group.End - group.Start).Trim();
            text.Append(settings.Formulas && formula.Length > 0 ? $" [formula] {formula} [/formula] " : formula.ToString());
            done = group.End;
            return;
        }

        var isFloat = group.Kind is InlineReferenceKind.Figure or InlineReferenceKind.Table;
        if (isFloat && (!settings.FloatReferences || !group.References.Any(r => r.Target is not null && floats.ContainsKey(r.Target))))
        {
            // As printed: a sentence that speaks of the figure would otherwise lose its subject.
            text.Append(source, done, group.End - done);
            done = group.End;
            return;
        }

        var start = isFloat ? BeforeWord(source, group.Start, done) : group.Start;
        var end = group.End;
        var (opens, closes) = Brackets(source.AsSpan(group.Start, group.End - group.Start));
        var before = LastVisible(source, start, done);
        var after = FirstVisible(source, end);
        if (opens == closes && before >= 0 && after >= 0 && (source[before], source[after]) is ('(', ')') or ('[', ']'))
        {
            // Brackets that hold the references and nothing else.
            start = before;
            end = after + 1;
        }

        text.Append(source, done, start - done);
        text.Append(opens > closes ? "(" : "");
        Append(text, source, group, isFloat);
        text.Append(closes > opens ? ")" : "");
        done = end;
    }

    private void Append(StringBuilder text, string source, Group group, bool isFloat)
    {
        string? last = null;
        foreach (var reference in group.References)
        {
            if (isFloat)
            {
                if (reference.Target is not null && reference.Target != last && floats.TryGetValue(reference.Target, out var known))
                {
                    var label = known.Label.Length > 0 ? Clean(known.Label) : Printed(source.Substring(reference.Start, reference.Length), group.Kind);
                    var clause = Words.First(Words.FirstClause(Clean(known.Caption)), settings.ReferenceWords);
                    text.Append(" [fig_ref] ").Append(label).Append(label.Length > 0 && clause.Length > 0 ? ": " : "").Append(clause).Append(" [/fig_ref] ");
                    last = reference.Target;
                }
            }
            else if (group.Kind == InlineReferenceKind.Citation && settings.Citations && reference.Target is not null && citations.TryGetValue(reference.Target, out var citation))
            {
                text.Append(citation);
            }
        }
    }

    /// <summary>The label that a reference prints, where the float itself has none.</summary>
    private static string Printed(string printed, InlineReferenceKind kind)
    {
        var label = FloatLabels.Normalize(Clean(printed).Trim('(', ')', '[', ']', ' '));
        return label.Length == 0 ? (kind == InlineReferenceKind.Table ? "Table" : "Figure") : char.IsAsciiDigit(label[0]) ? $"{(kind == InlineReferenceKind.Table ? "Table" : "Figure")} {label}" : label;
    }

    /// <summary>Moves the start before a word such as "Figure" that stands outside the reference; the label says it again.</summary>
    private static int BeforeWord(string source, int start, int done)
    {
        var before = source.AsSpan(done, start - done).TrimEnd();
        foreach (var word in (ReadOnlySpan<string>)["figures", "figure", "figs.", "fig.", "figs", "fig", "tables", "table", "tabs.", "tab."])
        {
            if (before.EndsWith(word, StringComparison.OrdinalIgnoreCase) && (before.Length == word.Length || !char.IsLetter(before[^(word.Length + 1)])))
            {
                return done + before.Length - word.Length;
            }
        }

        return start;
    }

    private static (int Opens, int Closes) Brackets(ReadOnlySpan<char> text) =>
        (text.Count('(') + text.Count('['), text.Count(')') + text.Count(']'));

    private static int LastVisible(string source, int start, int done)
    {
        for (var at = start - 1; at >= done; at--)
        {
            if (source[at] != ' ')
            {
                return at;
            }
        }

        return -1;
    }

    private static int FirstVisible(string source, int end)
    {
        for (var at = end; at < source.Length; at++)
        {
            if (source[at] != ' ')
            {
                return at;
            }
        }

        return -1;
    }

    /// <summary>Closes gaps that dropped references leave: empty brackets, and spaces before punctuation where no tag stands before them.</summary>
    private static string Tidy(string text, bool emptyBrackets)
    {
        if (!NeedsTidying(text))
        {
            return text;
        }

        var buffer = new CharBuffer(text.Length);
        try
        {
            for (var at = 0; at < text.Length; at++)
            {
                var c = text[at];
                if (emptyBrackets && c is ')' or ']' && Opens(buffer.Span.TrimEnd(' '), c) is var open and >= 0)
                {
                    buffer.Length = open;
                    continue;
                }

                var ends = at + 1 == text.Length || text[at + 1] is ' ' or '\n' or '.' or ',' or ';' or ')' or ']';
                if (ends && c is '.' or ',' or ';' or ')' && buffer.Last == ' ' && !EndsWithTag(buffer.Span.TrimEnd(' ')))
                {
                    buffer.TrimSpaces();
                }

                if (c != ' ' || buffer.Last is not (' ' or '\n'))
                {
                    buffer.Append(c);
                }
            }

            buffer.TrimEnd();
            return buffer.ToString();
        }
        finally
        {
            buffer.Dispose();
        }
    }

    private static bool NeedsTidying(string text) =>
        text.Contains(" .", StringComparison.Ordinal) || text.Contains(" ,", StringComparison.Ordinal) || text.Contains(" ;", StringComparison.Ordinal)
        || text.Contains(" )", StringComparison.Ordinal) || text.Contains("()", StringComparison.Ordinal) || text.Contains("[]", StringComparison.Ordinal)
        || text.Contains("[ ]", StringComparison.Ordinal);

    /// <summary>Where the bracket that <paramref name="close"/> closes stands, if it stands right before it.</summary>
    private static int Opens(ReadOnlySpan<char> written, char close) =>
        written.Length > 0 && written[^1] == (close == ')' ? '(' : '[') ? written.Length - 1 : -1;

    private static bool EndsWithTag(ReadOnlySpan<char> written) =>
        written.EndsWith("_ref]", StringComparison.Ordinal) || written.EndsWith("formula]", StringComparison.Ordinal);

    private readonly struct Group(PaperBlock block, int first, int count)
    {
        public InlineReferenceKind Kind => block.References[first].Kind;

        public int Start => block.References[first].Start;

        public int End => block.References[first + count - 1].Start + block.References[first + count - 1].Length;

        public IEnumerable<InlineReference> References => block.References.Skip(first).Take(count);
    }
}
