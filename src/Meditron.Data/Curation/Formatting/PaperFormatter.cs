using System.Text;
using Meditron.Data.Curation.Papers;

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
        var text = new StringBuilder();
        var page = new Page(text, new ReferenceWriter(settings, paper), paper);
        if (settings.Abstract && paper.Abstract.Any(HasText))
        {
            var named = paper.Abstract is [{ Header: var only }] && Key(only) is "abstract" or "summary";
            if (!named)
            {
                Header(page, "Abstract", null);
            }

            paper.Abstract.ToList().ForEach(section => Section(page, section));
        }

        foreach (var section in paper.Sections)
        {
            Section(page, section);
        }

        Floats(page);
        if (settings.BackMatter)
        {
            foreach (var section in paper.BackMatter)
            {
                Section(page, section, keep: true);
            }
        }

        if (settings.Bibliography)
        {
            Bibliography(page);
        }

        if (text.Length == 0)
        {
            return "";
        }

        if (settings.Title && paper.Title.Length > 0)
        {
            text.Insert(0, Clean(paper.Title).Replace('\n', ' ') + "\n\n");
        }

        return TextNormalizer.Normalize(text.ToString(), collapseSpaces: false);
    }

    private static string Key(string header) => SectionHeaders.WithoutNumber(header).Replace('’', '\'').Trim(' ', '.', ':').ToLowerInvariant();

    private static string Clean(string text) => TextNormalizer.Normalize(text, collapseSpaces: true);

    private static bool HasText(PaperSection section) =>
        section.Blocks.Any(b => b.Text.Length > 0 || b.FloatId is not null) || section.Sections.Any(HasText);

    private void Section(Page page, PaperSection section, bool keep = false)
    {
        if (!HasText(section) || (!keep && dropped.Contains(Key(section.Header))))
        {
            return;
        }

        var start = page.Text.Length;
        Header(page, section.Header, section.Number);
        var afterHeader = page.Text.Length;
        Blocks(page, section.Blocks);
        foreach (var nested in section.Sections)
        {
            Section(page, nested, keep);
        }

        if (page.Text.Length == afterHeader)
        {
            // All that was in it has been left out.
            page.Text.Length = start;
        }
    }

    private void Header(Page page, string header, string? number)
    {
        header = Clean(header).Replace('\n', ' ');
        if (!settings.Headers || header.Length == 0)
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

        var level = SectionHeaders.Level(SectionHeaders.WithoutNumber(header), settings.MainKeywords, settings.MainHeaderWords);
        Paragraph(page, $"{new string('#', level)} {(settings.SentenceCase ? SectionHeaders.SentenceCase(header) : header)}");
    }

    private void Blocks(Page page, IReadOnlyList<PaperBlock> blocks)
    {
        var afterItem = false;
        foreach (var block in blocks)
        {
            switch (block.Kind)
            {
                case PaperBlockKind.Figure or PaperBlockKind.Table:
                    if (settings.Floats == FloatPlacement.InPlace && block.FloatId is not null)
                    {
                        Float(page, block.FloatId, block.Kind == PaperBlockKind.Table);
                    }

                    afterItem = false;
                    break;
                case PaperBlockKind.Formula:
                    var formula = Clean(block.Text).Replace('\n', ' ');
                    Paragraph(page, settings.Formulas && formula.Length > 0 ? $"[formula] {formula} [/formula]" : formula);
                    afterItem = false;
                    break;
                default:
                    afterItem = Text(page, block, afterItem);
                    break;
            }
        }
    }

    /// <summary>Writes a paragraph or list item; the answer says whether it was an item, which the next item follows on the next line.</summary>
    private bool Text(Page page, PaperBlock block, bool afterItem)
    {
        var text = page.References.Write(block);
        var isItem = block.Kind == PaperBlockKind.ListItem;
        if (settings.Bullets && text.Length > 0)
        {
            var body = text.AsSpan();
            if (Glyphs.Bullets.Contains(body[0]))
            {
                body = body[1..].TrimStart();
                isItem = true;
            }

            text = isItem && body.Length > 0 ? $"{new string(' ', 2 * block.Depth)}- {body}" : body.ToString();
        }

        if (text.Length == 0)
        {
            return afterItem;
        }

        if (isItem && afterItem)
        {
            page.Text.Append('\n').Append(text);
        }
        else
        {
            Paragraph(page, text);
        }

        return isItem;
    }

    private static void Paragraph(Page page, string text)
    {
        if (text.Length > 0)
        {
            page.Text.Append(page.Text.Length == 0 ? "" : "\n\n").Append(text);
        }
    }

    private void Float(Page page, string id, bool isTable)
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
        Paragraph(page, body.Length == 0 ? "" : $"[{tag}] {body} [/{tag}]");
    }

    private void Floats(Page page)
    {
        if (settings.Floats == FloatPlacement.Drop)
        {
            return;
        }

        foreach (var figure in page.Paper.Figures)
        {
            Float(page, figure.Id, isTable: false);
        }

        foreach (var table in page.Paper.Tables)
        {
            Float(page, table.Id, isTable: true);
        }
    }

    private void Bibliography(Page page)
    {
        var start = page.Text.Length;
        Header(page, "References", null);
        var first = true;
        foreach (var entry in page.Paper.Bibliography.Where(e => e.Title.Length > 0))
        {
            var line = $"[bib] {Clean(entry.Title)}{(entry.MainAuthor.Length > 0 ? ", " + Clean(entry.MainAuthor) : "")} [/bib]";
            page.Text.Append(first ? "\n\n" : "\n").Append(line);
            first = false;
        }

        page.Text.Length = first ? start : page.Text.Length;
    }

    private sealed record Page(StringBuilder Text, ReferenceWriter References, StructuredPaper Paper)
    {
        public HashSet<string> Placed { get; } = new(StringComparer.Ordinal);
    }
}
