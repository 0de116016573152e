using System.Globalization;
using System.Net;
using System.Text;
using Meditron.Data.Curation.Pipeline;

namespace Meditron.Data.Curation.Report;

/// <summary>Renders the report as one HTML file that opens without a network.</summary>
public static class HtmlReport
{
    private const string Style = """
        :root{color-scheme:light dark;--ink:#1b2430;--soft:#5d6b7a;--line:#d7dde4;--bar:#2f6f9f;--back:#fff;--card:#f6f8fa}
        @media(prefers-color-scheme:dark){:root{--ink:#e6ebf0;--soft:#9aa7b4;--line:#36414d;--bar:#6fb1e0;--back:#12181f;--card:#1b232c}}
        body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--back);max-width:960px;margin:2rem auto;padding:0 1rem}
        h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2.2rem;border-bottom:1px solid var(--line)}
        table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{padding:.3rem .6rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
        td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}tr.total td{font-weight:600}
        svg{max-width:100%;height:auto;display:block;margin:1rem 0}svg text{font:12px system-ui,sans-serif;fill:var(--soft)}svg .bar{fill:var(--bar)}
        svg .frame{fill:none;stroke:var(--line)}svg .curve{fill:none;stroke:var(--bar);stroke-width:2}svg .mark{stroke:var(--soft);stroke-dasharray:4 3}
        details{background:var(--card);border:1px solid var(--line);border-radius:4px;margin:.4rem 0;padding:.3rem .7rem}
        summary{cursor:pointer}pre{white-space:pre-wrap;overflow-wrap:anywhere;font-size:13px}.soft{color:var(--soft)}
        """;

    /// <summary>The page.</summary>
    public static string Render(CurationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var page = new StringBuilder(1 << 16);
        page.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Corpus report</title><style>")
            .Append(Style).Append("</style></head><body>\n<h1>Corpus report</h1>\n");
        Invariant(page, $"<p>{Count(report.InputFiles, "input file")} ({Bytes(report.InputBytes)}), {Count(report.Read.Values.Sum(), "document")} read, {Count(report.Groups.Sum(g => g.Documents), "document")} kept. Steps: {Text(string.Join(", ", report.Settings.Steps))}. Seed {report.Settings.Seed}.</p>\n");
        Corpus(page, report);
        Drops(page, report);
        Duplicates(page, report);
        Contamination(page, report);
        Failures(page, report);
        Lengths(page, report);
        Sources(page, report);
        Examples(page, report);
        return page.Append("</body></html>\n").ToString();
    }

    /// <summary>A number in few characters: 12,345 or 1.2 M.</summary>
    public static string Number(double value) => value switch
    {
        >= 1e12 => (value / 1e12).ToString("0.##", CultureInfo.InvariantCulture) + " T",
        >= 1e9 => (value / 1e9).ToString("0.##", CultureInfo.InvariantCulture) + " G",
        >= 1e7 => (value / 1e6).ToString("0.#", CultureInfo.InvariantCulture) + " M",
        _ => value.ToString("#,0.##", CultureInfo.InvariantCulture),
    };

    private static void Corpus(StringBuilder page, CurationReport report)
    {
        var tokens = report.Datasets.Count > 0;
        page.Append("<h2>The corpus</h2>\n<table><tr><th>Subset</th><th class=\"n\">Train documents</th><th class=\"n\">Validation documents</th><th class=\"n\">Train words</th><th class=\"n\">Validation words</th>");
        page.Append(tokens ? "<th class=\"n\">Train tokens</th><th class=\"n\">Validation tokens</th></tr>\n" : "</tr>\n");
        foreach (var row in report.Subsets)
        {
            Row(page, row, tokens, "");
        }

        Row(page, Total(report), tokens, " class=\"total\"");
        page.Append("</table>\n");
        page.Append(SvgCharts.Bars(tokens ? "Training tokens by subset" : "Training words by subset", [.. report.Subsets.Select(r => (r.Subset, (double)(r.TrainTokens ?? r.TrainWords)))]));
        if (report.Repeats > 0)
        {
            Invariant(page, $"<p>Upsampling wrote documents {Number(report.Repeats)} times beyond the first.</p>\n");
        }
    }

    internal static SubsetRow Total(CurationReport report) => new()
    {
        Subset = "Total",
        TrainDocuments = report.Subsets.Sum(r => r.TrainDocuments),
        ValidationDocuments = report.Subsets.Sum(r => r.ValidationDocuments),
        TrainWords = report.Subsets.Sum(r => r.TrainWords),
        ValidationWords = report.Subsets.Sum(r => r.ValidationWords),
        TrainTokens = report.Subsets.Sum(r => r.TrainTokens ?? 0),
        ValidationTokens = report.Subsets.Sum(r => r.ValidationTokens ?? 0),
    };

    private static void Row(StringBuilder page, SubsetRow row, bool tokens, string style)
    {
        var documents = row.TrainDocuments + row.ValidationDocuments;
        var share = documents == 0 ? 0 : 100.0 * row.ValidationDocuments / documents;
        Invariant(page, $"<tr{style}><td>{Text(row.Subset)}</td><td class=\"n\">{row.TrainDocuments:N0}</td><td class=\"n\">{row.ValidationDocuments:N0} ({share:0.#} %)</td><td class=\"n\">{row.TrainWords:N0}</td><td class=\"n\">{row.ValidationWords:N0}</td>");
        if (tokens)
        {
            Invariant(page, $"<td class=\"n\">{row.TrainTokens:N0}</td><td class=\"n\">{row.ValidationTokens:N0}</td>");
        }

        page.Append("</tr>\n");
    }

    private static void Drops(StringBuilder page, CurationReport report)
    {
        page.Append("<h2>What was dropped</h2>\n");
        if (report.Drops.Count == 0)
        {
            page.Append("<p>Nothing.</p>\n");
            return;
        }

        var subsets = report.Drops.Select(d => d.Subset).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        page.Append("<table><tr><th>Step</th><th>Reason</th>").AppendJoin("", subsets.Select(s => $"<th class=\"n\">{Text(s)}</th>")).Append("<th class=\"n\">All</th></tr>\n");
        var reasons = report.Drops.GroupBy(d => (d.Step, d.Reason)).OrderBy(g => StepOrder(g.Key.Step)).ThenBy(g => g.Key.Reason, StringComparer.Ordinal).ToList();
        foreach (var reason in reasons)
        {
            Invariant(page, $"<tr><td>{Text(reason.Key.Step)}</td><td>{Text(reason.Key.Reason)}</td>");
            foreach (var subset in subsets)
            {
                Invariant(page, $"<td class=\"n\">{reason.Where(d => d.Subset == subset).Sum(d => d.Count):N0}</td>");
            }

            Invariant(page, $"<td class=\"n\">{reason.Sum(d => d.Count):N0}</td></tr>\n");
        }

        page.Append("</table>\n").Append(SvgCharts.Bars("Dropped documents by reason", [.. reasons.Select(r => (r.Key.Reason, (double)r.Sum(d => d.Count)))]));
    }

    private static void Duplicates(StringBuilder page, CurationReport report)
    {
        if (report.NearDuplicates is not { } near)
        {
            return;
        }

        Invariant(page, $"<h2>Near-duplicates</h2>\n<p>{near.Bands} bands of {near.Rows} rows; pairs of word shingles with a Jaccard similarity of {near.Threshold:0.00} or more count. The curve is the expected share of pairs of a similarity that is found.</p>\n");
        page.Append(SvgCharts.Curve("Expected recall by similarity", near.ExpectedRecall, near.Threshold));
    }

    private static void Contamination(StringBuilder page, CurationReport report)
    {
        if (report.Benchmarks.Count == 0)
        {
            return;
        }

        page.Append("<h2>Benchmarks</h2>\n<table><tr><th>Benchmark</th><th class=\"n\">Questions</th><th class=\"n\">Questions hit</th><th class=\"n\">Documents dropped</th></tr>\n");
        foreach (var benchmark in report.Benchmarks)
        {
            Invariant(page, $"<tr><td>{Text(benchmark.Benchmark)}</td><td class=\"n\">{benchmark.Questions:N0}</td><td class=\"n\">{benchmark.QuestionsHit:N0}</td><td class=\"n\">{benchmark.Documents:N0}</td></tr>\n");
        }

        page.Append("</table>\n");
        foreach (var benchmark in report.Benchmarks.Where(b => b.Top.Count > 0))
        {
            Invariant(page, $"<details><summary>{Text(benchmark.Benchmark)}: questions hit</summary>\n");
            foreach (var question in benchmark.Top)
            {
                Invariant(page, $"<p><span class=\"soft\">line {question.Line}, {Count(question.Documents, "document")}</span><br>{Text(question.Text)}</p>\n");
            }

            page.Append("</details>\n");
        }
    }

    private static void Failures(StringBuilder page, CurationReport report)
    {
        if (report.Failures.Count == 0)
        {
            return;
        }

        page.Append("<h2>Set aside while reading</h2>\n<table><tr><th>Kind</th><th class=\"n\">Records or files</th></tr>\n");
        foreach (var (kind, count) in report.Failures)
        {
            Invariant(page, $"<tr><td>{Text(kind)}</td><td class=\"n\">{count:N0}</td></tr>\n");
        }

        page.Append("</table>\n<details><summary>Examples</summary>\n");
        foreach (var failure in report.FailureSamples)
        {
            Invariant(page, $"<p>{Text(failure.Kind)}: {Text(failure.File)}, {Text(failure.Position)}<br><span class=\"soft\">{Text(failure.Reason)}</span></p>\n");
        }

        page.Append("</details>\n");
    }

    private static void Lengths(StringBuilder page, CurationReport report)
    {
        page.Append("<h2>Lengths of the kept documents, in words</h2>\n");
        foreach (var (subset, bins) in report.Lengths)
        {
            Invariant(page, $"<p>{Text(subset)}</p>\n").Append(SvgCharts.Histogram($"Words of {subset}", bins)).Append('\n');
        }
    }

    private static void Sources(StringBuilder page, CurationReport report)
    {
        const int most = 200;
        page.Append("<h2>Sources and licences</h2>\n<table><tr><th>Subset</th><th>Source</th><th>Licence</th><th class=\"n\">Documents</th><th class=\"n\">Words</th></tr>\n");
        foreach (var group in report.Groups.Take(most))
        {
            Invariant(page, $"<tr><td>{Text(group.Group.Subset)}</td><td>{Text(group.Group.Source)}</td><td>{Text(group.Group.License.Length == 0 ? "not stated" : group.Group.License)}</td><td class=\"n\">{group.Documents:N0}</td><td class=\"n\">{group.Words:N0}</td></tr>\n");
        }

        page.Append("</table>\n");
        if (report.Groups.Count > most)
        {
            Invariant(page, $"<p class=\"soft\">{report.Groups.Count - most:N0} more are in report.json.</p>\n");
        }
    }

    private static void Examples(StringBuilder page, CurationReport report)
    {
        if (report.DropSamples.Count == 0)
        {
            return;
        }

        page.Append("<h2>Examples of what was dropped</h2>\n");
        foreach (var reason in report.DropSamples.GroupBy(s => (s.Step, s.Reason)).OrderBy(g => StepOrder(g.Key.Step)))
        {
            Invariant(page, $"<details><summary>{Text(reason.Key.Step)}: {Text(reason.Key.Reason)}</summary>\n");
            foreach (var sample in reason)
            {
                Invariant(page, $"<p>{Text(sample.Subset)} {Text(sample.Source)} {Text(sample.Id)}: <b>{Text(sample.Title)}</b><br><span class=\"soft\">{Text(sample.Detail ?? "")}</span></p><pre>{Text(sample.Excerpt)}</pre>\n");
            }

            page.Append("</details>\n");
        }
    }

    private static int StepOrder(string step)
    {
        var all = Settings.CurationStep.All;
        for (var i = 0; i < all.Count; i++)
        {
            if (all[i] == step)
            {
                return i;
            }
        }

        return all.Count;
    }

    private static StringBuilder Invariant(StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture));

    private static string Count(long count, string noun) => count.ToString("N0", CultureInfo.InvariantCulture) + " " + noun + (count == 1 ? "" : "s");

    private static string Bytes(long bytes) => bytes switch
    {
        >= 1L << 30 => (bytes / (double)(1L << 30)).ToString("0.0", CultureInfo.InvariantCulture) + " GiB",
        >= 1L << 20 => (bytes / (double)(1L << 20)).ToString("0.0", CultureInfo.InvariantCulture) + " MiB",
        _ => (bytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " KiB",
    };

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
