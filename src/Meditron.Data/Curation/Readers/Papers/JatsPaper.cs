using System.Xml.Linq;
using Meditron.Data.Curation.Papers;

namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>Reads the structure of one JATS article.</summary>
internal static class JatsPaper
{
    private static readonly HashSet<string> SideAbstracts = new(StringComparer.Ordinal)
    {
        "graphical", "teaser", "toc", "author-highlights", "highlights", "precis", "web-summary", "editor", "video", "short", "stereochemical", "author-summary",
    };

    public static StructuredPaper Parse(XElement article)
    {
        var floats = new JatsFloats();
        var meta = Child(Child(article, "front"), "article-meta");
        var body = Child(article, "body");
        var back = Child(article, "back");
        var abstracts = Abstracts(meta, floats);
        var sections = body is null ? [] : Sections(body, floats);
        var backMatter = back is null ? [] : BackMatter(back, floats);
        foreach (var element in article.Elements().Where(e => e.Name.LocalName is "floats-group" or "floats-wrap").Elements())
        {
            JatsBlocks.Read(element, [], floats);
        }

        return new StructuredPaper
        {
            Title = Title(meta),
            Abstract = abstracts,
            Sections = sections,
            BackMatter = backMatter,
            Figures = floats.Figures,
            Tables = floats.Tables,
            Bibliography = [.. (back?.Descendants() ?? []).Where(e => e.Name.LocalName == "ref").Select(JatsBibliography.Entry)],
        };
    }

    internal static XElement? Child(XElement? element, string name) => element?.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    private static string Title(XElement? meta)
    {
        var group = Child(meta, "title-group");
        var title = JatsInline.Plain(WithoutNotes(Child(group, "article-title")));
        var subtitle = JatsInline.Plain(WithoutNotes(Child(group, "subtitle")));
        return subtitle.Length == 0 ? title : $"{title}: {subtitle}";
    }

    /// <summary>A title without the marks of its footnotes.</summary>
    private static XElement? WithoutNotes(XElement? title)
    {
        title?.Descendants().Where(e => e.Name.LocalName is "xref" or "fn").ToList().ForEach(e => e.Remove());
        return title;
    }

    private static List<PaperSection> Abstracts(XElement? meta, JatsFloats floats)
    {
        var all = (meta?.Elements() ?? []).Where(e => e.Name.LocalName == "abstract").ToList();
        var chosen = all.Find(a => !SideAbstracts.Contains((string?)a.Attribute("abstract-type") ?? ""));
        return chosen is null ? [] : Sections(chosen, floats);
    }

    /// <summary>The sections of a body or abstract; blocks before, between and after them make sections without a header.</summary>
    private static List<PaperSection> Sections(XElement parent, JatsFloats floats)
    {
        var sections = new List<PaperSection>();
        var loose = new List<PaperBlock>();
        foreach (var child in parent.Elements())
        {
            if (child.Name.LocalName == "sec")
            {
                Flush();
                sections.Add(Section(child, floats));
            }
            else
            {
                JatsBlocks.Read(child, loose, floats);
            }
        }

        Flush();
        return sections;

        void Flush()
        {
            if (loose.Count > 0)
            {
                sections.Add(new PaperSection { Blocks = loose });
                loose = [];
            }
        }
    }

    private static PaperSection Section(XElement element, JatsFloats floats)
    {
        var blocks = new List<PaperBlock>();
        var nested = new List<PaperSection>();
        foreach (var child in element.Elements())
        {
            if (child.Name.LocalName == "sec")
            {
                nested.Add(Section(child, floats));
            }
            else if (nested.Count == 0)
            {
                JatsBlocks.Read(child, blocks, floats);
            }
            else
            {
                var after = new List<PaperBlock>();
                JatsBlocks.Read(child, after, floats);
                if (after.Count > 0)
                {
                    nested.Add(new PaperSection { Blocks = after });
                }
            }
        }

        var label = JatsInline.Plain(Child(element, "label")).TrimEnd('.');
        return new PaperSection { Header = JatsInline.Plain(WithoutNotes(Child(element, "title"))), Number = label.Length == 0 ? null : label, Blocks = blocks, Sections = nested };
    }

    private static List<PaperSection> BackMatter(XElement back, JatsFloats floats)
    {
        var sections = new List<PaperSection>();
        foreach (var element in back.Elements().SelectMany(e => e.Name.LocalName == "app-group" ? e.Elements() : [e]))
        {
            var header = element.Name.LocalName switch
            {
                "ack" => "Acknowledgements",
                "app" => "Appendix",
                "glossary" => "Abbreviations",
                "fn-group" => "Footnotes",
                "notes" or "sec" or "bio" => "",
                _ => null,
            };
            if (header is null)
            {
                continue;
            }

            var section = Section(element, floats);
            if (element.Name.LocalName == "fn-group")
            {
                var notes = new List<PaperBlock>();
                foreach (var paragraph in element.Descendants().Where(e => e.Name.LocalName == "p"))
                {
                    JatsInline.Read(paragraph, notes, floats);
                }

                section = section with { Blocks = notes };
            }

            sections.Add(section.Header.Length == 0 ? section with { Header = header } : section);
        }

        return sections;
    }
}
