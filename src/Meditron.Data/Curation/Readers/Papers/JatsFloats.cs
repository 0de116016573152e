using System.Xml.Linq;
using Meditron.Data.Curation.Formatting;
using Meditron.Data.Curation.Papers;

namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>Collects the figures and tables of a paper as they are met.</summary>
internal sealed class JatsFloats
{
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    public List<PaperFloat> Figures { get; } = [];

    public List<PaperFloat> Tables { get; } = [];

    /// <summary>Registers a figure or table and returns the block that stands in its place, or null where it was met before.</summary>
    public PaperBlock? Add(XElement element, bool isTable)
    {
        var id = (string?)element.Attribute("id") ?? $"{element.Name.LocalName}-{known.Count}";
        if (!known.Add(id))
        {
            return null;
        }

        (isTable ? Tables : Figures).Add(new PaperFloat(id, FloatLabels.Normalize(JatsInline.Plain(Child(element, "label"))), Caption(element)));
        return new PaperBlock { Kind = isTable ? PaperBlockKind.Table : PaperBlockKind.Figure, FloatId = id };
    }

    private static XElement? Child(XElement element, string name) => element.Elements().FirstOrDefault(e => e.Name.LocalName == name);

    private static string Part(XElement element)
    {
        var blocks = new List<PaperBlock>();
        JatsInline.Read(element, blocks, new JatsFloats());
        return string.Join(' ', blocks.Select(ReferenceWriter.Caption));
    }

    /// <summary>The caption's title and paragraphs, each ending with a full stop where it ends with none.</summary>
    private static string Caption(XElement element)
    {
        if (Child(element, "caption") is not { } caption)
        {
            return "";
        }

        var parts = caption.Elements().Select(Part).Where(part => part.Length > 0).ToList();
        for (var at = 0; at < parts.Count - 1; at++)
        {
            if (char.IsLetterOrDigit(parts[at][^1]) || parts[at][^1] is ')' or ']')
            {
                parts[at] += ".";
            }
        }

        return string.Join(' ', parts);
    }
}
