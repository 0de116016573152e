using System.Text;
using System.Xml.Linq;

namespace Meditron.Data.Curation.Readers.Papers;

/// <summary>Writes a formula on one line: LaTeX where the source has it, else MathML flattened to <c>a_i^2</c> and <c>(x)/(y)</c>.</summary>
internal static class MathText
{
    public static string Of(XElement formula)
    {
        var tex = formula.DescendantsAndSelf().FirstOrDefault(e => e.Name.LocalName == "tex-math");
        if (tex is not null && Tex(tex.Value) is { Length: > 0 } latex)
        {
            return latex;
        }

        var math = formula.DescendantsAndSelf().FirstOrDefault(e => e.Name.LocalName == "math");
        var text = new StringBuilder();
        if (math is not null)
        {
            Write(text, math);
        }
        else
        {
            WritePlain(text, formula);
        }

        return Spaces.Collapse(text.ToString());
    }

    /// <summary>What stands between the document's begin and end, without the dollars.</summary>
    private static string Tex(string tex)
    {
        const string Begin = "\\begin{document}";
        var start = tex.IndexOf(Begin, StringComparison.Ordinal);
        if (start >= 0)
        {
            tex = tex[(start + Begin.Length)..];
        }

        var end = tex.IndexOf("\\end{document}", StringComparison.Ordinal);
        if (end >= 0)
        {
            tex = tex[..end];
        }

        return Spaces.Collapse(tex).Trim('$', ' ');
    }

    private static void WritePlain(StringBuilder text, XElement element)
    {
        foreach (var node in element.Nodes())
        {
            if (node is XText run)
            {
                text.Append(run.Value);
            }
            else if (node is XElement child && child.Name.LocalName is not ("label" or "graphic" or "inline-graphic" or "object-id"))
            {
                text.Append(child.Name.LocalName switch { "sup" => "^", "sub" => "_", _ => "" });
                WritePlain(text, child);
            }
        }
    }

    private static void Write(StringBuilder text, XElement element)
    {
        var parts = element.Elements().ToList();
        switch (element.Name.LocalName)
        {
            case "mi" or "mn" or "mtext" or "ms":
                text.Append(element.Value.Trim());
                break;
            case "mo":
                text.Append(Operator(element.Value.Trim()));
                break;
            case "mspace":
                text.Append(' ');
                break;
            case "mfrac" when parts.Count == 2:
                Group(text, parts[0]);
                text.Append('/');
                Group(text, parts[1]);
                break;
            case "msub" or "munder" when parts.Count == 2:
                Script(text, parts, "_");
                break;
            case "msup" or "mover" when parts.Count == 2:
                Script(text, parts, "^");
                break;
            case "msubsup" or "munderover" when parts.Count == 3:
                Script(text, parts, "_");
                text.Append('^');
                Group(text, parts[2]);
                break;
            case "msqrt":
                text.Append("sqrt(");
                parts.ForEach(part => Write(text, part));
                text.Append(')');
                break;
            case "mroot" when parts.Count == 2:
                text.Append("root(");
                Write(text, parts[0]);
                text.Append(", ");
                Write(text, parts[1]);
                text.Append(')');
                break;
            case "mfenced":
                Fenced(text, element, parts);
                break;
            case "mtr" or "mlabeledtr":
                Join(text, parts, ", ");
                text.Append("; ");
                break;
            case "semantics":
                if (parts.Count > 0)
                {
                    Write(text, parts[0]);
                }

                break;
            case "annotation" or "annotation-xml":
                break;
            default:
                parts.ForEach(part => Write(text, part));
                break;
        }
    }

    private static void Fenced(StringBuilder text, XElement element, List<XElement> parts)
    {
        text.Append((string?)element.Attribute("open") ?? "(");
        Join(text, parts, $"{((string?)element.Attribute("separators") ?? ",").Trim()} ");
        text.Append((string?)element.Attribute("close") ?? ")");
    }

    private static void Join(StringBuilder text, List<XElement> parts, string separator)
    {
        for (var at = 0; at < parts.Count; at++)
        {
            text.Append(at == 0 ? "" : separator);
            Write(text, parts[at]);
        }
    }

    private static void Script(StringBuilder text, List<XElement> parts, string mark)
    {
        Write(text, parts[0]);
        text.Append(mark);
        Group(text, parts[1]);
    }

    /// <summary>An operand, in parentheses where it is longer than one letter or number.</summary>
    private static void Group(StringBuilder text, XElement element)
    {
        var inner = new StringBuilder();
        Write(inner, element);
        var simple = inner.Length == 1 || inner.ToString().All(char.IsLetterOrDigit);
        text.Append(simple ? "" : "(").Append(inner).Append(simple ? "" : ")");
    }

    private static string Operator(string symbol) => symbol switch
    {
        "=" or "<" or ">" or "≤" or "≥" or "≈" or "±" or "+" or "−" or "×" or "∗" or "·" or "→" or "∈" => $" {symbol} ",
        "," or ";" => $"{symbol} ",
        "\u2061" or "\u2062" or "\u2063" => "",
        _ => symbol,
    };
}
