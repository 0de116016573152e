using System.Xml.Linq;
using Meditron.Data.Curation.Papers;

namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>Reads the block elements of JATS: paragraphs, lists, formulas, figures, tables, quotes and boxes.</summary>
internal static class JatsBlocks
{
    /// <summary>Appends the blocks of one element, which is not a section.</summary>
    public static void Read(XElement element, List<PaperBlock> blocks, JatsFloats floats, int depth = 0)
    {
        switch (element.Name.LocalName)
        {
            case "p" or "preformat" or "verse-line" or "attrib":
                JatsInline.Read(element, blocks, floats, depth: depth);
                break;
            case "list":
                List(element, blocks, floats, depth);
                break;
            case "def-list":
                Definitions(element, blocks, floats, depth);
                break;
            case "disp-formula" or "disp-formula-group" or "chem-struct-wrap" or "array":
                if (MathText.Of(element) is { Length: > 0 } formula)
                {
                    blocks.Add(new PaperBlock { Kind = PaperBlockKind.Formula, Text = formula });
                }

                break;
            case "fig" or "table-wrap":
                if (floats.Add(element, element.Name.LocalName == "table-wrap") is { } place)
                {
                    blocks.Add(place);
                }

                break;
            case "title" or "label" or "supplementary-material" or "sec-meta" or "object-id" or "graphic" or "media" or "fn-group" or "fn" or "permissions" or "kwd-group":
                break;
            default:
                // Groups, boxes, quotes and whatever else holds blocks.
                foreach (var child in element.Elements())
                {
                    if (child.Name.LocalName == "title")
                    {
                        JatsInline.Read(child, blocks, floats, depth: depth);
                    }
                    else
                    {
                        Read(child, blocks, floats, depth);
                    }
                }

                break;
        }
    }

    private static void List(XElement list, List<PaperBlock> blocks, JatsFloats floats, int depth)
    {
        foreach (var child in list.Elements())
        {
            if (child.Name.LocalName == "title")
            {
                JatsInline.Read(child, blocks, floats, depth: depth);
                continue;
            }

            if (child.Name.LocalName != "list-item")
            {
                continue;
            }

            foreach (var part in child.Elements())
            {
                if (part.Name.LocalName is "p" or "title")
                {
                    JatsInline.Read(part, blocks, floats, PaperBlockKind.ListItem, depth);
                }
                else if (part.Name.LocalName == "list")
                {
                    List(part, blocks, floats, depth + 1);
                }
                else if (part.Name.LocalName != "label")
                {
                    Read(part, blocks, floats, depth);
                }
            }
        }
    }

    private static void Definitions(XElement list, List<PaperBlock> blocks, JatsFloats floats, int depth)
    {
        foreach (var item in list.Elements().Where(e => e.Name.LocalName == "def-item"))
        {
            var term = JatsInline.Plain(item.Elements().FirstOrDefault(e => e.Name.LocalName == "term"));
            var inner = new List<PaperBlock>();
            foreach (var part in item.Elements().Where(e => e.Name.LocalName == "def").Elements())
            {
                Read(part, inner, floats, depth);
            }

            var definition = string.Join(' ', inner.Select(b => b.Text));
            if (term.Length + definition.Length > 0)
            {
                blocks.Add(new PaperBlock { Kind = PaperBlockKind.ListItem, Text = definition.Length == 0 ? term : $"{term}: {definition}", Depth = depth });
            }
        }
    }
}
