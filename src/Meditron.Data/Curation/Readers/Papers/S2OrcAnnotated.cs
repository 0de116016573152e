using System.Text.Json;
using Meditron.Data.Curation.Papers;

namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>The bulk form: one text with annotations (spans by kind, each list itself a JSON string), under <c>content</c>, or parted into <c>body</c> and <c>bibliography</c>.</summary>
internal sealed class S2OrcAnnotated
{
    private readonly string text;
    private readonly int[]? map;
    private readonly JsonElement annotations;

    private S2OrcAnnotated(JsonElement part)
    {
        text = part.GetText("text") ?? "";
        map = SpanText.CodePointMap(text);
        annotations = part.Get("annotations") ?? default;
    }

    public static bool Is(JsonElement root) => Body(root) is not null;

    public static StructuredPaper Parse(JsonElement root)
    {
        var body = new S2OrcAnnotated(Body(root)!.Value);
        var references = root.Get("bibliography") is { ValueKind: JsonValueKind.Object } bibliography ? new S2OrcAnnotated(bibliography) : body;
        var figures = body.Floats(["figure", "table"]);
        var abstracts = body.Spans("abstract");
        var titles = body.Spans("title");
        var title = root.GetText("title") ?? (titles.Count > 0 ? body.Slice(titles[0]) : "");
        return new StructuredPaper
        {
            Title = title,
            Abstract = [.. abstracts.Select(a => new PaperSection { Blocks = [.. body.Paragraphs(a)] })],
            Sections = body.Sections(abstracts, figures),
            Figures = [.. figures.Where(f => !f.IsTable).Select(f => f.Float)],
            Tables = [.. figures.Where(f => f.IsTable).Select(f => f.Float)],
            Bibliography = references.Bibliography(),
        };
    }

    private static JsonElement? Body(JsonElement root)
    {
        foreach (var name in new[] { "content", "body" })
        {
            if (root.Get(name) is { ValueKind: JsonValueKind.Object } part && part.Get("text") is not null && part.Get("annotations") is not null)
            {
                return part;
            }
        }

        return null;
    }

    private string Slice(Span span) => text[span.Start..span.End].Trim();

    private List<Span> Spans(string kind)
    {
        var found = new List<Span>();
        if (annotations.Get(kind) is not { } list)
        {
            return found;
        }

        using var parsed = list.ValueKind == JsonValueKind.String ? JsonDocument.Parse(list.GetString()!) : null;
        foreach (var item in ((JsonElement?)(parsed?.RootElement ?? list)).Items())
        {
            var start = SpanText.Index(map, text.Length, item.GetIndex("start"));
            var end = SpanText.Index(map, text.Length, item.GetIndex("end"));
            if (start >= 0 && end > start)
            {
                var attributes = item.Get("attributes") ?? default;
                found.Add(new Span(start, end, attributes.GetText("id"), attributes.GetText("ref_id"), attributes.GetText("n")));
            }
        }

        found.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.End.CompareTo(a.End));
        return found;
    }

    private List<PaperSection> Sections(List<Span> abstracts, List<Floated> floats)
    {
        var headers = Spans("sectionheader");
        var paragraphs = Spans("paragraph");
        var outside = new List<Span>([.. abstracts, .. Spans("bibentry"), .. floats.Select(f => f.Place)]);
        var inline = Inline(floats);
        var sections = new List<PaperSection>();
        var section = new PaperSection();
        var blocks = new List<PaperBlock>();
        var next = 0;
        foreach (var paragraph in paragraphs)
        {
            if (outside.Exists(o => paragraph.Start >= o.Start && paragraph.End <= o.End))
            {
                continue;
            }

            while (next < headers.Count && headers[next].Start <= paragraph.Start)
            {
                Close();
                section = new PaperSection { Header = Slice(headers[next]), Number = headers[next].Number };
                blocks = [];
                next++;
            }

            blocks.Add(Block(paragraph, inline));
        }

        Close();
        return sections;

        void Close()
        {
            if (blocks.Count > 0 || section.Header.Length > 0)
            {
                sections.Add(section with { Blocks = blocks });
            }
        }
    }

    private IEnumerable<PaperBlock> Paragraphs(Span within)
    {
        var inside = Spans("paragraph").FindAll(p => p.Start >= within.Start && p.End <= within.End);
        return inside.Count == 0 ? [new PaperBlock { Text = Slice(within) }] : inside.Select(p => new PaperBlock { Text = Slice(p) });
    }

    private List<(InlineReferenceKind Kind, Span Span)> Inline(List<Floated> floats)
    {
        var tables = floats.Where(f => f.IsTable).Select(f => f.Float.Id).ToHashSet(StringComparer.Ordinal);
        var inline = new List<(InlineReferenceKind Kind, Span Span)>();
        inline.AddRange(Spans("bibref").Select(s => (InlineReferenceKind.Citation, s)));
        inline.AddRange(Spans("figureref").Select(s => (s.Target is not null && tables.Contains(s.Target) ? InlineReferenceKind.Table : InlineReferenceKind.Figure, s)));
        inline.AddRange(Spans("tableref").Select(s => (InlineReferenceKind.Table, s)));
        inline.AddRange(Spans("formula").Select(s => (InlineReferenceKind.Formula, s)));
        inline.Sort(static (a, b) => a.Span.Start.CompareTo(b.Span.Start));
        return inline;
    }

    private PaperBlock Block(Span paragraph, List<(InlineReferenceKind Kind, Span Span)> inline)
    {
        var references = new List<InlineReference>();
        var done = paragraph.Start;
        foreach (var (kind, span) in inline)
        {
            if (span.Start >= done && span.End <= paragraph.End)
            {
                references.Add(new InlineReference(kind, span.Start - paragraph.Start, span.End - span.Start, span.Target));
                done = span.End;
            }
        }

        return new PaperBlock { Text = text[paragraph.Start..paragraph.End], References = references };
    }

    private List<Floated> Floats(string[] kinds)
    {
        var captions = Spans("figurecaption");
        captions.AddRange(Spans("tablecaption"));
        var floats = new List<Floated>();
        foreach (var kind in kinds)
        {
            foreach (var span in Spans(kind))
            {
                var caption = captions.FindIndex(c => c.Start >= span.Start && c.End <= span.End);
                var (label, rest) = FloatLabels.Split(caption < 0 ? "" : Slice(captions[caption]));
                var id = span.Id ?? $"{kind}_{span.Start}";
                var isTable = kind == "table" || id.StartsWith("tab", StringComparison.OrdinalIgnoreCase);
                floats.Add(new Floated(new PaperFloat(id, label, rest), isTable, span));
            }
        }

        return floats;
    }

    private List<BibliographyEntry> Bibliography()
    {
        var titles = Spans("bibtitle");
        if (titles.Count == 0)
        {
            titles = Spans("title");
        }

        var names = Spans("bibauthorlastname");
        if (names.Count == 0)
        {
            names = Spans("authorlastname");
        }

        return [.. Spans("bibentry").Where(entry => entry.Id is not null).Select(entry => new BibliographyEntry(entry.Id!, Inside(titles, entry), Inside(names, entry)))];
    }

    private string Inside(List<Span> spans, Span within)
    {
        var at = spans.FindIndex(s => s.Start >= within.Start && s.End <= within.End);
        return at < 0 ? "" : Slice(spans[at]);
    }

    private readonly record struct Span(int Start, int End, string? Id, string? Target, string? Number);

    private readonly record struct Floated(PaperFloat Float, bool IsTable, Span Place);
}
