using System.Globalization;
using System.Text;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Curation.Report;

/// <summary>Writes the datasheet of a corpus: what it is made of, under which licences, and what was done to it (after Gebru and others 2021).</summary>
public static class Datasheet
{
    /// <summary>The datasheet in Markdown.</summary>
    public static string Render(CurationReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder();
        var total = HtmlReport.Total(report);
        Line(text, $"# Datasheet");
        Line(text, $"");
        Line(text, $"## Composition");
        Line(text, $"");
        Line(text, $"{total.TrainDocuments:N0} training documents ({total.TrainWords:N0} words) and {total.ValidationDocuments:N0} validation documents ({total.ValidationWords:N0} words), one JSON object a line.");
        Line(text, $"");
        Line(text, $"| subset | train documents | validation documents | train words | validation words |");
        Line(text, $"|---|---:|---:|---:|---:|");
        foreach (var row in report.Subsets)
        {
            Line(text, $"| {Cell(row.Subset)} | {row.TrainDocuments:N0} | {row.ValidationDocuments:N0} | {row.TrainWords:N0} | {row.ValidationWords:N0} |");
        }

        Line(text, $"");
        Line(text, $"## Sources and licences");
        Line(text, $"");
        Line(text, $"| subset | source | licence | documents | words |");
        Line(text, $"|---|---|---|---:|---:|");
        foreach (var group in report.Groups)
        {
            Line(text, $"| {Cell(group.Group.Subset)} | {Cell(group.Group.Source)} | {(group.Group.License.Length == 0 ? "not stated" : Cell(group.Group.License))} | {group.Documents:N0} | {group.Words:N0} |");
        }

        var unlicensed = report.Groups.Where(g => g.Group.License.Length == 0).Sum(g => g.Documents);
        if (unlicensed > 0)
        {
            Line(text, $"");
            Line(text, $"No licence is stated for {unlicensed:N0} documents: settle their terms before the corpus, or a model trained on it, is passed on.");
        }

        Line(text, $"");
        Line(text, $"## Collection");
        Line(text, $"");
        foreach (var source in report.Settings.Sources)
        {
            Line(text, $"- {Cell(source.Subset)}{(source.Source.Length == 0 ? "" : ", " + Cell(source.Source))}: {string.Join(", ", source.Paths.Select(p => $"`{p}`"))}. {source.Description}");
        }

        Line(text, $"");
        Line(text, $"## Preprocessing");
        Line(text, $"");
        Line(text, $"{report.Read.Values.Sum():N0} documents were read and {report.Failures.Values.Sum():N0} records could not be. Steps, in order: {string.Join(", ", CurationStep.All.Where(report.Settings.Runs))}. Seed {report.Settings.Seed}.");
        Line(text, $"");
        Line(text, $"| step | reason | documents dropped |");
        Line(text, $"|---|---|---:|");
        foreach (var reason in report.Drops.GroupBy(d => (d.Step, d.Reason)))
        {
            Line(text, $"| {reason.Key.Step} | {reason.Key.Reason} | {reason.Sum(d => d.Count):N0} |");
        }

        if (report.Benchmarks.Count > 0)
        {
            Line(text, $"");
            Line(text, $"Documents that overlap with these benchmarks were dropped: {string.Join(", ", report.Benchmarks.Select(b => $"{b.Benchmark} ({b.Documents:N0})"))}.");
        }

        Line(text, $"");
        Line(text, $"## Uses");
        Line(text, $"");
        Line(text, $"For training language models. Nothing in it was checked for medical correctness; it is not advice to anybody.");
        return text.ToString();
    }

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static string Cell(string text) => text.Replace('|', '/').Replace('\n', ' ');
}
