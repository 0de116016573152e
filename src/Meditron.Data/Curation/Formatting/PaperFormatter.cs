using Meditron.Data.Curation.Papers;
using Meditron.Data.Curation.Readers.Papers;

namespace Meditron.Data.Curation.Formatting;

/// <summary>Writes a structured paper as training text, by the rules of MEDITRON's papers (arXiv 2311.16079, section 2.2 and appendix B.2).</summary>
/// <remarks>Authors, affiliations, the bibliography and what stands before the abstract are not part of a <see cref="StructuredPaper"/>'s text and so never appear.</remarks>
public sealed class PaperFormatter
{
    private readonly PaperFormatSettings settings;
    private readonly HashSet<string> dropped;

    /// <summary>A formatter by <paramref name="settings"/>.</summary>
    public PaperFormatter(PaperFormatSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        this.settings = settings;
        dropped = new HashSet<string>(settings.DropSections.Select(Key), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The text of <paramref name="paper"/>; empty where it has none but its title.</summary>
    public string Format(StructuredPaper paper)
    {
        ArgumentNullException.ThrowIfNull(paper);
        var text = new CharBuffer(1 << 14);
        try
        {
            var page = new Page(new ReferenceWriter(settings, paper), paper);
            if (settings.Title && paper.Title.Length > 0)
            {
                Paragraph(ref text, Clean(paper.Title).Replace('\n', ' '));
            }

            var start = text.Length;
            Body(ref text, page);
            return text.Length == start ? "" : text.ToString();
        }
        finally
        {
            text.Dispose();
        }
    }

    private void Body(ref CharBuffer text, Page page)
    {
        var paper = page.Paper;
        if (settings.Abstract && paper.Abstract.Any(HasText))
        {
            var named = paper.Abstract is [{ Header: var only }] && Key(only) is "abstract" or "summary";
            if (!named)
            {
                Header(ref text, "Abstract", null);
            }

            foreach (var section in paper.Abstract)
            {
                Section(ref text, page, section, isNested: !named);
            }
        }

        foreach (var section in paper.Sections)
        {
            Section(ref text, page, section, isNested: false);
        }

        Floats(ref text, page);
        foreach (var section in settings.BackMatter ? paper.BackMatter : [])
        {
            Section(ref text, page, section, isNested: false, keep: true);
        }

        if (settings.Bibliography)
        {
            Bibliography(ref text, page);
        }
    }

    private static string Key(string header) => SectionHeaders.WithoutNumber(header).Replace('’', '\'').Trim(' ', '.', ':').ToLowerInvariant();

    private static string Clean(string text) => TextNormalizer.Normalize(text, collapseSpaces: true);

    private static bool HasText(PaperSection section) =>
        section.Blocks.Any(b => b.Text.Length > 0 || b.FloatId is not null) || section.Sections.Any(HasText);

    private void Section(ref CharBuffer text, Page page, PaperSection section, bool isNested, bool keep = false)
    {
        if (!HasText(section) || (!keep && dropped.Contains(Key(section.Header))))
        {
            return;
        }

        var start = text.Length;
        Header(ref text, section.Header, section.Number, isNested);
        var afterHeader = text.Length;
        Blocks(ref text, page, section.Blocks);
        foreach (var nested in section.Sections)
        {
            Section(ref text, page, nested, isNested: true, keep);
        }

        if (text.Length == afterHeader)
        {
            // All that was in it has been left out.
            text.Length = start;
        }
    }

    private void Header(ref CharBuffer text, string header, string? number, bool isNested = false)
    {
        // A header that is the label of a float ("Figure 5") is a slip of the extraction.
        header = Clean(header).Replace('\n', ' ').TrimEnd(' ', ':', '.');
        if (!settings.Headers || header.Length == 0 || FloatLabels.Split(header) is { Label.Length: > 0, Caption: "" })
        {
            return;
        }

        if (settings.StripHeaderNumbers)
        {
            header = SectionHeaders.WithoutNumber(header);
        }
        else if (number is not null && !header.StartsWith(number, StringComparison.Ordinal))
        {
            header = $"{number} {header}";
        }

        var level = isNested && settings.NestedHeadersAreMinor
            ? 2
            : SectionHeaders.Level(SectionHeaders.WithoutNumber(header), settings.MainKeywords, settings.MainHeaderWords);
        Paragraph(ref text, $"{(level == 1 ? "# " : "## ")}{(settings.SentenceCase ? SectionHeaders.SentenceCase(header) : header)}");
    }

    private void Blocks(ref CharBuffer text, Page page, IReadOnlyList<PaperBlock> blocks)
    {
        var afterItem = false;
        foreach (var block in blocks)
        {
            switch (block.Kind)
            {
                case PaperBlockKind.Figure or PaperBlockKind.Table:
                    if (settings.Floats == FloatPlacement.InPlace && block.FloatId is not null)
                    {
                        Float(ref text, page, block.FloatId, block.Kind == PaperBlockKind.Table);
                        afterItem = false;
                    }

                    break;
                case PaperBlockKind.Formula:
                    var formula = Clean(block.Text).Replace('\n', ' ');
                    Paragraph(ref text, settings.Formulas && formula.Length > 0 ? $"[formula] {formula} [/formula]" : formula);
                    afterItem = false;
                    break;
                default:
                    afterItem = Text(ref text, page, block, afterItem);
                    break;
            }
        }
    }

    /// <summary>Writes a paragraph or list item; the answer says whether it was an item, which the next item follows on the next line.</summary>
    private bool Text(ref CharBuffer text, Page page, PaperBlock block, bool afterItem)
    {
        var start = text.Length;
        var isItem = block.Kind == PaperBlockKind.ListItem;
        var body = block.Text.AsSpan().TrimStart();
        var hasBullet = body.Length > 0 && Glyphs.Bullets.Contains(body[0]);
        isItem |= hasBullet;
        var marks = isItem && settings.Bullets;
        if (start > 0)
        {
            text.Append(marks && afterItem ? "\n" : "\n\n");
        }

        for (var depth = 0; marks && depth < block.Depth; depth++)
        {
            text.Append("  ");
        }

        text.Append(marks ? "- " : "");
        var afterMark = text.Length;
        page.References.Write(ref text, marks && hasBullet ? WithoutBullet(block, block.Text.Length - body[1..].TrimStart().Length) : block);
        if (text.Length == afterMark || text.Span[afterMark..].IsWhiteSpace())
        {
            text.Length = start;
            return afterItem;
        }

        return marks;
    }

    private static PaperBlock WithoutBullet(PaperBlock block, int cut) => block with
    {
        Text = block.Text[cut..],
        References = [.. block.References.Where(r => r.Start >= cut).Select(r => r with { Start = r.Start - cut })],
    };

    private static void Paragraph(ref CharBuffer text, string paragraph)
    {
        if (paragraph.Length > 0)
        {
            text.Append(text.Length == 0 ? "" : "\n\n");
            text.Append(paragraph);
        }
    }

    private static void Float(ref CharBuffer text, Page page, string id, bool isTable)
    {
        var known = (isTable ? page.Paper.Tables : page.Paper.Figures).FirstOrDefault(f => f.Id == id);
        if (known is null || !page.Placed.Add(id))
        {
            return;
        }

        var label = Clean(known.Label);
        var caption = Clean(known.Caption).Replace('\n', ' ');
        var body = label.Length > 0 && caption.Length > 0 ? $"{label}: {caption}" : label + caption;
        var tag = isTable ? "table" : "fig";
        Paragraph(ref text, body.Length == 0 ? "" : $"[{tag}] {body} [/{tag}]");
    }

    private void Floats(ref CharBuffer text, Page page)
    {
        if (settings.Floats == FloatPlacement.Drop)
        {
            return;
        }

        foreach (var figure in page.Paper.Figures)
        {
            Float(ref text, page, figure.Id, isTable: false);
        }

        foreach (var table in page.Paper.Tables)
        {
            Float(ref text, page, table.Id, isTable: true);
        }
    }

    private void Bibliography(ref CharBuffer text, Page page)
    {
        var start = text.Length;
        Header(ref text, "References", null);
        var first = true;
        foreach (var entry in page.Paper.Bibliography.Where(e => e.Title.Length > 0))
        {
            text.Append(first ? "\n\n" : "\n");
            text.Append($"[bib] {Clean(entry.Title)}{(entry.MainAuthor.Length > 0 ? ", " + Clean(entry.MainAuthor) : "")} [/bib]");
            first = false;
        }

        if (first)
        {
            text.Length = start;
        }
    }

    private sealed record Page(ReferenceWriter References, StructuredPaper Paper)
    {
        public HashSet<string> Placed { get; } = new(StringComparer.Ordinal);
    }
}
