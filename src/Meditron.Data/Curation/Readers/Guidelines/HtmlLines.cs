using System.Runtime.CompilerServices;
using System.Text;
using AngleSharp.Dom;

namespace Meditron.Data.Curation.Readers.Guidelines;

/// <summary>Writes an HTML element as lines: headers after <c>#</c>, list items after <c>- </c>, one paragraph or table row a line, links as their text.</summary>
internal sealed class HtmlLines
{
    private static readonly HashSet<string> Skipped = new(StringComparer.OrdinalIgnoreCase)
    {
        "script", "style", "noscript", "template", "svg", "canvas", "iframe", "object", "embed", "button", "input", "select", "textarea", "img", "audio", "video", "head", "map",
    };

    private static readonly HashSet<string> Blocks = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "div", "section", "article", "main", "ul", "ol", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "caption", "blockquote", "pre", "figure", "figcaption",
        "address", "details", "summary", "fieldset", "form", "header", "footer", "aside", "nav", "hr", "body", "hgroup",
    };

    private readonly StringBuilder text = new();
    private readonly StringBuilder line = new();
    private string prefix = "";
    private int lists;

    private HtmlLines()
    {
    }

    public static string Of(IElement element)
    {
        var lines = new HtmlLines();
        lines.Walk(element);
        lines.Break(0);
        return lines.text.ToString().Trim('\n');
    }

    private void Walk(INode parent)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (var node in parent.ChildNodes)
        {
            if (node is IText run)
            {
                Spaces.Append(line, run.Data);
            }
            else if (node is IElement element && !Skipped.Contains(element.LocalName))
            {
                Visit(element);
            }
        }
    }

    private void Visit(IElement element)
    {
        var name = element.LocalName;
        switch (name)
        {
            case "br":
                Break(1);
                break;
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                Break(2);
                prefix = new string('#', name[1] - '0') + " ";
                Walk(element);
                Break(2);
                break;
            case "li":
                Break(1);
                prefix = new string(' ', 2 * Math.Max(0, lists - 1)) + "- ";
                Walk(element);
                Break(1);
                break;
            case "tr":
                Break(1);
                Row(element);
                Break(1);
                break;
            case "ul" or "ol":
                Break(lists == 0 ? 2 : 1);
                lists++;
                Walk(element);
                lists--;
                Break(lists == 0 ? 2 : 1);
                break;
            default:
                var block = Blocks.Contains(name);
                // A paragraph that opens a list item belongs on the item's line.
                var opens = block && prefix.Length > 0 && line.Length == 0;
                if (block && !opens)
                {
                    Break(lists > 0 ? 1 : 2);
                }

                Walk(element);
                if (block)
                {
                    Break(lists > 0 ? 1 : 2);
                }

                break;
        }
    }

    /// <summary>The cells of a row on one line.</summary>
    private void Row(IElement row)
    {
        var first = true;
        foreach (var cell in row.Children.Where(c => c.LocalName is "td" or "th"))
        {
            var content = Spaces.Collapse(cell.TextContent);
            if (content.Length > 0)
            {
                line.Append(first ? "" : " | ").Append(content);
                first = false;
            }
        }
    }

    /// <summary>Ends the line; two line feeds part paragraphs.</summary>
    private void Break(int feeds)
    {
        var end = line.Length;
        while (end > 0 && line[end - 1] == ' ')
        {
            end--;
        }

        line.Length = end;
        if (end > 0)
        {
            text.Append(prefix).Append(line).Append('\n');
            line.Clear();
            prefix = "";
        }

        if (feeds == 0)
        {
            return;
        }

        if (end == 0 && prefix.Length > 0 && feeds == 2)
        {
            // An empty header or item leaves nothing behind.
            prefix = "";
        }

        if (feeds == 2 && text.Length > 0 && !(text.Length > 1 && text[^1] == '\n' && text[^2] == '\n'))
        {
            text.Append('\n');
        }
    }
}
