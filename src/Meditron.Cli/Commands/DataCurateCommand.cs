using System.CommandLine;
using Meditron.Data.Curation.Pipeline;
using Meditron.Data.Curation.Report;
using Meditron.Data.Curation.Settings;
using Meditron.Training.Settings;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron data curate</c>: from papers, abstracts, guidelines and replay to a filtered, deduplicated, split and tokenized corpus with its report.</summary>
internal static class DataCurateCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("curate", "Curate a corpus: read, format, filter, deduplicate, decontaminate, sample, split, tokenize, report. Run again after a stop, it goes on.");
        var files = new Option<string[]>("--config", "-f") { Description = "A HOCON file with settings below meditron.data.curation; several are laid over each other in order.", HelpName = "FILE" };
        var overrides = new Option<string[]>("-c", "--set") { Description = "One setting over those of the files, for example -c meditron.data.output=corpus.", HelpName = "KEY=VALUE" };
        var steps = new Option<string[]>("--step") { Description = $"Run only this step; may be given several times. One of {string.Join(", ", CurationStep.All)}.", HelpName = "STEP" };
        var reference = new Option<bool>("--reference") { Description = "Print every setting with its default and what it means, and end." };
        foreach (var option in new Option[] { files, overrides, steps, reference })
        {
            command.Options.Add(option);
        }

        command.OnRun((parsed, context) =>
        {
            if (parsed.GetValue(reference))
            {
                context.WriteLine(CurationSettingsLoader.Reference.TrimEnd());
                return ExitCodes.Ok;
            }

            var only = parsed.GetValue(steps) is { Length: > 0 } named ? [$"meditron.data.curation.steps=[{string.Join(',', named.Select(s => $"\"{s}\""))}]"] : Array.Empty<string>();
            var settings = CurationSettingsLoader.Load(parsed.GetValue(files) ?? [], [.. parsed.GetValue(overrides) ?? [], .. only]);
            var start = context.Time.GetTimestamp();
            var report = CurationPipeline.Run(settings, new Observer(context), context.Cancellation);
            Write(context, settings, report, context.Time.GetElapsedTime(start));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(CliContext context, CurationSettings settings, CurationReport report, TimeSpan time)
    {
        var facts = new List<(string Name, string Value)>
        {
            ("read", $"{Quantity.Count(report.Read.Values.Sum())} documents in {Quantity.Count(report.InputFiles)} files ({Quantity.Bytes(report.InputBytes)})"),
        };
        facts.AddRange(report.Failures.Select(f => ($"set aside: {f.Key}", Quantity.Count(f.Value))));
        facts.AddRange(report.Drops.GroupBy(d => d.Reason).Select(d => ($"dropped: {d.Key}", Quantity.Count(d.Sum(c => c.Count)))));
        foreach (var row in report.Subsets)
        {
            var tokens = row.TrainTokens is { } train ? $"; {Quantity.Count(train)} and {Quantity.Count(row.ValidationTokens ?? 0)} tokens" : "";
            facts.Add((row.Subset, $"{Quantity.Count(row.TrainDocuments)} documents to train on, {Quantity.Count(row.ValidationDocuments)} held out{tokens}"));
        }

        facts.Add(("written", $"{settings.Output}: corpus/, {(report.Datasets.Count > 0 ? "tokens/, " : "")}report.html, report.json, datasheet.md"));
        facts.Add(("time", $"{Quantity.Time(time)}, {Quantity.Fixed(report.InputBytes / 1e6 / Math.Max(1e-9, time.TotalSeconds), 1)} MB/s of input"));
        context.WriteFacts(facts);
    }

    /// <summary>Writes a line for each phase and message.</summary>
    private sealed class Observer(CliContext context) : ICurationObserver
    {
        public void PhaseStarted(string phase, long done, long total) =>
            context.WriteLine(done > 0 ? $"{phase}: {done} of {total} units were done before" : $"{phase}: {total} {(total == 1 ? "unit" : "units")}");

        public void Message(string text) => context.WriteLine(text);
    }
}
