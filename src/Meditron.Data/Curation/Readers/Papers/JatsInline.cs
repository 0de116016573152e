using System.Text;
using System.Xml.Linq;
using Meditron.Data.Curation.Papers;

namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>Flattens the mixed content of a JATS paragraph to text with references; blocks inside it (lists, figures, displayed formulas) break the paragraph.</summary>
internal sealed class JatsInline
{
    private readonly List<PaperBlock> blocks;
    private readonly JatsFloats floats;
    private readonly int depth;
    private readonly PaperBlockKind kind;
    private readonly StringBuilder text = new();
    private readonly List<InlineReference> references = [];

    private JatsInline(List<PaperBlock> blocks, JatsFloats floats, PaperBlockKind kind, int depth)
    {
        this.blocks = blocks;
        this.floats = floats;
        this.kind = kind;
        this.depth = depth;
    }

    /// <summary>Appends the blocks of <paramref name="element"/>'s mixed content to <paramref name="blocks"/>.</summary>
    public static void Read(XElement element, List<PaperBlock> blocks, JatsFloats floats, PaperBlockKind kind = PaperBlockKind.Paragraph, int depth = 0)
    {
        var inline = new JatsInline(blocks, floats, kind, depth);
        inline.Walk(element);
        inline.Close();
    }

    /// <summary>The text of an element such as a title, without references to footnotes and without blocks.</summary>
    public static string Plain(XElement? element)
    {
        if (element is null)
        {
            return "";
        }

        var parts = new List<PaperBlock>();
        Read(element, parts, new JatsFloats());
        return parts.Count == 1 ? parts[0].Text : string.Join(' ', parts.Select(part => part.Text));
    }

    private void Walk(XElement element)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText run)
            {
                Spaces.Append(text, run.Value);
            }
            else if (node is XElement child)
            {
                Visit(child);
            }
        }
    }

    private void Visit(XElement element)
    {
        switch (element.Name.LocalName)
        {
            case "xref":
                Reference(element);
                break;
            case "inline-formula" or "tex-math" or "math":
                Formula(MathText.Of(element));
                break;
            case "alternatives" when element.Descendants().Any(e => e.Name.LocalName is "tex-math" or "math"):
                Formula(MathText.Of(element));
                break;
            case "sup":
                Superscript(element);
                break;
            case "break":
                Spaces.Append(text, " ");
                break;
            case "fn" or "graphic" or "inline-graphic" or "media" or "object-id" or "inline-supplementary-material" or "private-char":
                break;
            case "list" or "def-list" or "disp-formula" or "disp-formula-group" or "fig" or "fig-group" or "table-wrap" or "table-wrap-group" or "boxed-text"
                or "disp-quote" or "p" or "supplementary-material" or "verse-group" or "preformat" or "statement" or "chem-struct-wrap" or "array" or "speech":
                Close();
                JatsBlocks.Read(element, blocks, floats, depth);
                break;
            default:
                Walk(element);
                break;
        }
    }

    private void Reference(XElement element)
    {
        var start = text.Length;
        Walk(element);
        while (start < text.Length && text[start] == ' ')
        {
            start++;
        }

        var targets = ((string?)element.Attribute("rid") ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        InlineReferenceKind? reference = (string?)element.Attribute("ref-type") switch
        {
            "bibr" => InlineReferenceKind.Citation,
            "fig" => InlineReferenceKind.Figure,
            "table" => InlineReferenceKind.Table,
            "fn" or "table-fn" or "corresp" or "author-notes" or "aff" => InlineReferenceKind.Footnote,
            _ => null,
        };
        if (reference is null || text.Length < start)
        {
            return;
        }

        Add(reference.Value, start, text.Length - start, targets.Length == 0 ? null : targets[0]);
        foreach (var target in targets.Skip(1))
        {
            Add(reference.Value, text.Length, 0, target);
        }
    }

    private void Add(InlineReferenceKind reference, int start, int length, string? target)
    {
        if (references.Count > 0 && references[^1].Start + references[^1].Length > start)
        {
            // A reference around another one: the outer one names the whole.
            references.RemoveAll(r => r.Start >= start);
        }

        references.Add(new InlineReference(reference, start, length, target));
    }

    private void Formula(string formula)
    {
        if (formula.Length > 0)
        {
            Add(InlineReferenceKind.Formula, text.Length, formula.Length, null);
            text.Append(formula);
        }
    }

    /// <summary>An exponent keeps its mark (10^5, cm^2), so that it does not run into its base; other superscripts are flattened.</summary>
    private void Superscript(XElement element)
    {
        var value = element.Value.Trim();
        var exponent = value.Length > 0 && !element.HasElements && value.TrimStart('−', '-', '–', '+').All(char.IsAsciiDigit) && value.Any(char.IsAsciiDigit);
        if (exponent && text.Length > 0 && (char.IsLetterOrDigit(text[^1]) || text[^1] == ')'))
        {
            text.Append('^');
        }

        Walk(element);
    }

    private void Close()
    {
        var end = text.Length;
        while (end > 0 && text[end - 1] == ' ')
        {
            end--;
        }

        if (end > 0)
        {
            text.Length = end;
            var inside = references.Where(r => r.Start + r.Length <= end).ToArray();
            blocks.Add(new PaperBlock { Kind = kind, Text = text.ToString(), References = inside, Depth = depth });
        }

        text.Clear();
        references.Clear();
    }
}
