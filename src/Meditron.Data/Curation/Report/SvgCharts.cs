using System.Globalization;
using System.Net;
using System.Text;

namespace Meditron.Data.Curation.Report;

/// <summary>Charts as inline SVG that needs no script, font or network.</summary>
internal static class SvgCharts
{
    private const int Width = 680;
    private const int LabelWidth = 190;
    private const int ValueWidth = 110;
    private const int RowHeight = 22;

    /// <summary>Horizontal bars, one a row, with a label before and the value behind.</summary>
    public static string Bars(string title, IReadOnlyList<(string Label, double Value)> rows)
    {
        if (rows.Count == 0)
        {
            return "";
        }

        var most = Math.Max(rows.Max(r => r.Value), double.Epsilon);
        var svg = Start(title, rows.Count * RowHeight);
        for (var i = 0; i < rows.Count; i++)
        {
            var y = i * RowHeight;
            var length = rows[i].Value <= 0 ? 0 : Math.Max(1, (Width - LabelWidth - ValueWidth) * rows[i].Value / most);
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth - 8}\" y=\"{y + 15}\" text-anchor=\"end\">{Escape(rows[i].Label)}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar\" x=\"{LabelWidth}\" y=\"{y + 3}\" width=\"{length:0.#}\" height=\"{RowHeight - 6}\" rx=\"2\"/>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"value\" x=\"{LabelWidth + length + 6:0.#}\" y=\"{y + 15}\">{HtmlReport.Number(rows[i].Value)}</text>");
        }

        return svg.Append("</svg>").ToString();
    }

    /// <summary>A histogram with one column a power of two.</summary>
    public static string Histogram(string title, IReadOnlyList<long> bins)
    {
        const int height = 150;
        var first = 0;
        var last = bins.Count - 1;
        while (first < last && bins[first] == 0)
        {
            first++;
        }

        while (last > first && bins[last] == 0)
        {
            last--;
        }

        var most = Math.Max(1, bins.Max());
        var column = Math.Min(60.0, (double)Width / (last - first + 1));
        var svg = Start(title, height + 40);
        for (var i = first; i <= last; i++)
        {
            var x = (i - first) * column;
            var tall = (double)height * bins[i] / most;
            svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar\" x=\"{x + 2:0.#}\" y=\"{height - tall + 14:0.#}\" width=\"{column - 4:0.#}\" height=\"{tall:0.#}\" rx=\"2\"><title>{bins[i]} documents of {1L << i} to {(1L << (i + 1)) - 1} words</title></rect>");
            svg.Append(CultureInfo.InvariantCulture, $"<text class=\"value\" x=\"{x + (column / 2):0.#}\" y=\"{height - tall + 10:0.#}\" text-anchor=\"middle\">{(bins[i] == 0 ? "" : HtmlReport.Number(bins[i]))}</text>");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + (column / 2):0.#}\" y=\"{height + 32}\" text-anchor=\"middle\">{HtmlReport.Number(1L << i)}</text>");
        }

        return svg.Append("</svg>").ToString();
    }

    /// <summary>A curve of shares from 0 to 1 over equal steps from 0 to 1, with a mark at one abscissa.</summary>
    public static string Curve(string title, IReadOnlyList<double> values, double mark)
    {
        const int height = 160;
        const int width = 420;
        var svg = Start(title, height + 30);
        svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"frame\" x=\"30\" y=\"4\" width=\"{width}\" height=\"{height}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"mark\" x1=\"{30 + (mark * width):0.#}\" x2=\"{30 + (mark * width):0.#}\" y1=\"4\" y2=\"{height + 4}\"/><polyline class=\"curve\" points=\"");
        for (var i = 0; i < values.Count; i++)
        {
            svg.Append(CultureInfo.InvariantCulture, $"{30 + ((double)width * i / (values.Count - 1)):0.#},{4 + (height * (1 - values[i])):0.#} ");
        }

        svg.Append(CultureInfo.InvariantCulture, $"\"/><text x=\"24\" y=\"14\" text-anchor=\"end\">1</text><text x=\"24\" y=\"{height + 4}\" text-anchor=\"end\">0</text><text x=\"30\" y=\"{height + 22}\">0</text><text x=\"{30 + width}\" y=\"{height + 22}\" text-anchor=\"end\">1</text><text x=\"{30 + (mark * width):0.#}\" y=\"{height + 22}\" text-anchor=\"middle\">{mark:0.00}</text>");
        return svg.Append("</svg>").ToString();
    }

    private static StringBuilder Start(string title, int height) => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"<svg role=\"img\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\"><title>{Escape(title)}</title>");

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
