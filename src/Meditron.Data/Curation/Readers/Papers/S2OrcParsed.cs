using System.Text.Json;
using Meditron.Data.Curation.Papers;

namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>The s2orc-doc2json form: paragraphs with spans, at the top level or under <c>grobid_parse</c>, <c>pdf_parse</c> or <c>latex_parse</c>.</summary>
internal static class S2OrcParsed
{
    private static readonly string[] Parses = ["latex_parse", "grobid_parse", "pdf_parse"];

    public static StructuredPaper Parse(JsonElement root)
    {
        var parse = root;
        foreach (var name in Parses)
        {
            if (root.Get(name) is { ValueKind: JsonValueKind.Object } found && found.Get("body_text") is not null)
            {
                parse = found;
                break;
            }
        }

        var floats = Floats(parse.Get("ref_entries"));
        var metadata = root.Get("metadata") ?? root;
        var title = root.GetText("title") ?? metadata.GetText("title") ?? "";
        var summary = parse.Get("abstract");
        var paragraphs = Sections(summary.Items(), floats, isAbstract: true);
        if (paragraphs.Count == 0 && (Text(summary) ?? metadata.GetText("abstract")) is { Length: > 0 } text)
        {
            paragraphs = [new PaperSection { Blocks = [SpanText.Block(text, [])] }];
        }

        return new StructuredPaper
        {
            Title = title,
            Abstract = paragraphs,
            Sections = Sections(parse.Get("body_text").Items(), floats, isAbstract: false),
            BackMatter = Sections(parse.Get("back_matter").Items(), floats, isAbstract: false),
            Figures = [.. floats.Values.Where(f => !f.IsTable).Select(f => f.Float)],
            Tables = [.. floats.Values.Where(f => f.IsTable).Select(f => f.Float)],
            Bibliography = Bibliography(parse.Get("bib_entries")),
        };
    }

    private static string? Text(JsonElement? element) => element is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static List<PaperSection> Sections(IEnumerable<JsonElement> paragraphs, Dictionary<string, Entry> floats, bool isAbstract)
    {
        var sections = new List<PaperSection>();
        var blocks = new List<PaperBlock>();
        string? header = null;
        string? number = null;
        foreach (var paragraph in paragraphs)
        {
            var text = paragraph.GetText("text");
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            var section = Section(paragraph.Get("section"));
            if (isAbstract && section.Equals("abstract", StringComparison.OrdinalIgnoreCase))
            {
                section = "";
            }

            if (header is not null && section != header)
            {
                sections.Add(new PaperSection { Header = header, Number = number, Blocks = blocks });
                blocks = [];
            }

            header = section;
            number = paragraph.GetText("sec_num");
            blocks.Add(isAbstract ? WithoutWord(Block(paragraph, text, floats)) : Block(paragraph, text, floats));
        }

        if (header is not null)
        {
            sections.Add(new PaperSection { Header = header, Number = number, Blocks = blocks });
        }

        return sections;
    }

    /// <summary>Takes the word "Abstract" off an abstract that PDF extraction ran into it; its references move with the text.</summary>
    private static PaperBlock WithoutWord(PaperBlock block)
    {
        const string Word = "Abstract";
        var text = block.Text;
        if (!text.StartsWith(Word, StringComparison.OrdinalIgnoreCase) || text.Length <= Word.Length || text[Word.Length] is not (':' or '.' or '-' or '–' or '—'))
        {
            return block;
        }

        var cut = text.Length - text[(Word.Length + 1)..].TrimStart().Length;
        return block with
        {
            Text = text[cut..],
            References = [.. block.References.Where(r => r.Start >= cut).Select(r => r with { Start = r.Start - cut })],
        };
    }

    /// <summary>The header: a string, or in older files a list of headers from the outermost to the innermost.</summary>
    private static string Section(JsonElement? section) => section?.ValueKind switch
    {
        JsonValueKind.String => section.Value.GetString()!.Trim(),
        JsonValueKind.Array when section.Value.GetArrayLength() > 0 => Last(section.Value).Trim(),
        _ => "",
    };

    private static string Last(JsonElement array)
    {
        var last = array[array.GetArrayLength() - 1];
        return (last.ValueKind == JsonValueKind.Array && last.GetArrayLength() > 0 ? last[last.GetArrayLength() - 1] : last).ToString();
    }

    private static PaperBlock Block(JsonElement paragraph, string text, Dictionary<string, Entry> floats)
    {
        var spans = new List<SpanText.Span>();
        foreach (var span in paragraph.Get("cite_spans").Items())
        {
            spans.Add(new SpanText.Span(InlineReferenceKind.Citation, span.GetIndex("start"), span.GetIndex("end"), span.GetText("ref_id")));
        }

        foreach (var span in paragraph.Get("ref_spans").Items())
        {
            var target = span.GetText("ref_id");
            var known = target is not null && floats.ContainsKey(target);
            var printed = span.GetText("text") ?? "";
            if (target is not null && target.StartsWith("EQ", StringComparison.Ordinal))
            {
                continue;
            }

            var isTable = known ? floats[target!].IsTable : printed.Contains("tab", StringComparison.OrdinalIgnoreCase);
            spans.Add(new SpanText.Span(isTable ? InlineReferenceKind.Table : InlineReferenceKind.Figure, span.GetIndex("start"), span.GetIndex("end"), known ? target : null));
        }

        foreach (var span in paragraph.Get("eq_spans").Items())
        {
            var formula = span.GetText("latex") ?? span.GetText("raw_str") ?? span.GetText("text_str");
            spans.Add(new SpanText.Span(InlineReferenceKind.Formula, span.GetIndex("start"), span.GetIndex("end"), null, formula));
        }

        return SpanText.Block(text, spans);
    }

    private static Dictionary<string, Entry> Floats(JsonElement? entries)
    {
        var floats = new Dictionary<string, Entry>(StringComparer.Ordinal);
        if (entries is not { ValueKind: JsonValueKind.Object } list)
        {
            return floats;
        }

        foreach (var property in list.EnumerateObject())
        {
            var type = property.Value.GetText("type") ?? property.Value.GetText("type_str") ?? "";
            if (property.Value.ValueKind != JsonValueKind.Object || type is "equation" or "section" or "footnote" || property.Name.StartsWith("EQ", StringComparison.Ordinal))
            {
                continue;
            }

            var isTable = type == "table" || property.Name.StartsWith("TAB", StringComparison.Ordinal);
            var (label, caption) = FloatLabels.Split(property.Value.GetText("text") ?? "");
            if (label.Length == 0 && (property.Value.GetText("fig_num") ?? property.Value.GetText("num")) is { Length: > 0 } number)
            {
                label = $"{(isTable ? "Table" : "Figure")} {number}";
            }

            floats[property.Name] = new Entry(new PaperFloat(property.Name, label, caption), isTable);
        }

        return floats;
    }

    private static List<BibliographyEntry> Bibliography(JsonElement? entries)
    {
        var bibliography = new List<BibliographyEntry>();
        if (entries is { ValueKind: JsonValueKind.Object } list)
        {
            foreach (var property in list.EnumerateObject())
            {
                var author = property.Value.Get("authors").Items().Select(a => a.GetText("last")).FirstOrDefault();
                bibliography.Add(new BibliographyEntry(property.Name, property.Value.GetText("title") ?? "", author ?? "", Years.Parse(property.Value.GetText("year"))));
            }
        }

        return bibliography;
    }

    private readonly record struct Entry(PaperFloat Float, bool IsTable);
}
