using System.Text;
using System.Text.Json;
using Meditron.Data.Curation.Contamination;
using Meditron.Data.Curation.Duplicates;
using Meditron.Data.Curation.Report;
using Meditron.Data.Curation.Settings;
using Meditron.Data.Curation.Storage;
using Meditron.Data.Curation.Upsampling;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>
/// Curates a corpus: reads, samples, formats and filters documents by units of input; finds duplicates among all of them; writes what is kept by subset and
/// split; tokenizes; reports. Each unit and step is durable when it is finished, and a run that was stopped goes on after the last one. The output depends on
/// the input and the settings alone.
/// </summary>
public static class CurationPipeline
{
    /// <summary>The phase in which documents are read, formatted and filtered.</summary>
    public const string DocumentsPhase = "documents";

    /// <summary>The phase in which the corpus is written.</summary>
    public const string CorpusPhase = "corpus";

    /// <summary>Runs the pipeline with this library's readers and formatting rules, or goes on with a run that was stopped.</summary>
    /// <inheritdoc cref="Run(CurationSettings, CurationComponents, ICurationObserver?, CancellationToken)"/>
    public static CurationReport Run(CurationSettings settings, ICurationObserver? observer = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings.Validate();
        return Run(settings, CurationComponents.From(settings), observer, cancellation);
    }

    /// <summary>Runs the pipeline, or goes on with a run that was stopped.</summary>
    /// <param name="settings">What to do.</param>
    /// <param name="components">The readers and formatting rules.</param>
    /// <param name="observer">Told of the progress; null for none.</param>
    /// <param name="cancellation">Stops the run; what is finished stays finished.</param>
    /// <returns>The report, which is also written to the output folder.</returns>
    /// <exception cref="CurationException">The settings or the input are wrong, or differ from those the output folder was begun with, or the output cannot be written.</exception>
    public static CurationReport Run(CurationSettings settings, CurationComponents components, ICurationObserver? observer = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(components);
        settings.Validate();
        var layout = new WorkLayout(settings.Output);
        var benchmarks = ReadBenchmarks(settings);
        var context = new CurationContext
        {
            Settings = settings,
            Layout = layout,
            Components = components,
            Observer = observer ?? SilentObserver.Instance,
            FormatSteps = settings.Runs(CurationStep.Format) ? components.FormatSteps : [],
            Filters = CurationContext.MakeFilters(settings),
            Benchmarks = benchmarks,
            Hasher = settings.Runs(CurationStep.NearDuplicates)
                ? new MinHasher(settings.NearDuplicates.Permutations, settings.NearDuplicates.ShingleWords, settings.Seed)
                : null,
            Quality = settings.Runs(CurationStep.Upsample) ? new QualityScore(settings.Upsampling) : null,
        };
        using var owner = Own(layout);
        var run = Prepare(context);
        if (run.Complete)
        {
            context.Observer.Message($"{layout.Output} is complete");
            return CurationJson.Load(layout.ReportJson, CurationJson.Default.CurationReport);
        }

        if (benchmarks is { TooShort: > 0 })
        {
            context.Observer.Message($"contamination: {benchmarks.TooShort} of {benchmarks.Questions.Count} questions have too few words for any rule and are not looked for");
        }

        ReadDocuments(context, run, cancellation);
        var index = new CorpusIndex(layout, run.Units);
        foreach (var step in DuplicateSteps().Where(s => settings.Runs(s.Name)))
        {
            DecisionStore.Apply(step, index, context, cancellation);
        }

        WriteCorpus(context, run, index, cancellation);
        var builder = new ReportBuilder(context);
        for (long unit = 0; unit < run.Units; unit++)
        {
            builder.AddUnit(unit);
        }

        IReadOnlyList<TokenizedSubset> datasets = settings.Runs(CurationStep.Tokenize) && builder.Outputs.Count > 0
            ? new TokenizeStep(context).Run(builder.Outputs, cancellation)
            : [];
        return Finish(context, run, builder.Build(run, datasets));
    }

    private static IDuplicateStep[] DuplicateSteps() => [new ExactDuplicates(), new SharedIdDuplicates(), new NearDuplicates()];

    private static BenchmarkIndex? ReadBenchmarks(CurationSettings settings)
    {
        if (!settings.Runs(CurationStep.Contamination))
        {
            return null;
        }

        var questions = new List<BenchmarkQuestion>();
        foreach (var path in settings.Contamination.Benchmarks)
        {
            foreach (var file in BenchmarkFiles(Path.Combine(settings.Input, path)))
            {
                questions.AddRange(BenchmarkReader.Read(file, settings.Contamination.Fields));
            }
        }

        return new BenchmarkIndex(questions, settings.Contamination);
    }

    private static IEnumerable<string> BenchmarkFiles(string path)
    {
        if (path.AsSpan().IndexOfAny('*', '?') < 0)
        {
            return [path];
        }

        var folder = Path.GetDirectoryName(path)!;
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, Path.GetFileName(path)) : [];
        if (files.Length == 0)
        {
            throw new CurationException($"No benchmark matches {path}; correct contamination.benchmarks or leave the step contamination out.");
        }

        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private static FileStream Own(WorkLayout layout)
    {
        try
        {
            Directory.CreateDirectory(layout.Output);
            return new FileStream(layout.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CurationException($"The output folder {layout.Output} cannot be used: {e.Message} Another run may be using it.", e);
        }
    }

    /// <summary>Begins a run, or checks that it may go on: nothing is written where it may not.</summary>
    private static RunManifest Prepare(CurationContext context)
    {
        var layout = context.Layout;
        var planner = new InputPlanner(context.Settings, context.Components);
        var benchmarkHash = HashOf(context.Benchmarks);
        if (File.Exists(layout.Manifest))
        {
            var manifest = CurationJson.Load(layout.Manifest, CurationJson.Default.RunManifest);
            var changes = SettingsDifference.Between(manifest.Settings, context.Settings).ToList();
            if (manifest.BenchmarkHash != benchmarkHash && changes.Count == 0)
            {
                changes.Add("the benchmarks' files have changed");
            }

            if (changes.Count == 0 && File.Exists(layout.Plan) && PlanFile.Difference(layout.Plan, planner.Plan()) is { } input)
            {
                changes.Add(input);
            }

            return changes.Count == 0
                ? manifest
                : throw new CurationException(
                    $"{layout.Output} was begun with another configuration or input: {string.Join("; ", changes)}. Restore it to go on, or choose another output folder; nothing was written.");
        }

        if (Directory.Exists(layout.Corpus) || Directory.Exists(layout.Work) || Directory.Exists(layout.Tokens))
        {
            // Without its manifest nobody knows what these files are; a plan cut short by a kill is all that may lie here.
            if (Directory.Exists(layout.Corpus) || Directory.Exists(layout.Tokens) || Directory.Exists(Path.Combine(layout.Work, DocumentsPhase)))
            {
                throw new CurationException($"{layout.Output} holds files and no manifest.json; choose another output folder, or empty this one.");
            }
        }

        var begun = PlanFile.Write(layout.Plan, planner.Plan(), new RunManifest { Settings = context.Settings, BenchmarkHash = benchmarkHash });
        CurationJson.Save(layout.Manifest, begun, CurationJson.Default.RunManifest);
        return begun;
    }

    private static void ReadDocuments(CurationContext context, RunManifest run, CancellationToken cancellation)
    {
        var layout = context.Layout;
        long done = 0;
        for (long unit = 0; unit < run.Units; unit++)
        {
            done += File.Exists(layout.DocumentsManifest(unit)) ? 1 : 0;
        }

        context.Observer.PhaseStarted(DocumentsPhase, done, run.Units);
        WorkCrew.Run(
            PlanFile.Read(layout.Plan).Where(u => !File.Exists(layout.DocumentsManifest(u.Unit))),
            context.Threads,
            () => new UnitReader(context),
            (reader, unit, stop) =>
            {
                var manifest = reader.Process(unit, stop);
                context.Observer.UnitFinished(DocumentsPhase, unit.Unit, manifest.InputBytes);
            },
            cancellation);
    }

    private static void WriteCorpus(CurationContext context, RunManifest run, CorpusIndex index, CancellationToken cancellation)
    {
        var layout = context.Layout;
        var citations = context.Quality is null ? CitationThresholds.None : CitationThresholds.From(index, cancellation);
        var left = new List<long>();
        for (long unit = 0; unit < run.Units; unit++)
        {
            if (!File.Exists(layout.CorpusManifest(unit)))
            {
                left.Add(unit);
            }
        }

        context.Observer.PhaseStarted(CorpusPhase, run.Units - left.Count, run.Units);
        WorkCrew.Run(
            left,
            context.Threads,
            () => new UnitWriter(context, index, citations),
            (writer, unit, stop) =>
            {
                var manifest = writer.Process(unit, stop);
                context.Observer.UnitFinished(CorpusPhase, unit, manifest.Outputs.Sum(o => o.Bytes));
            },
            cancellation);
    }

    private static CurationReport Finish(CurationContext context, RunManifest run, CurationReport report)
    {
        var layout = context.Layout;
        var samples = new StringBuilder();
        foreach (var sample in report.DropSamples)
        {
            samples.Append(JsonSerializer.Serialize(sample, CompactJson.Default.DropSample)).Append('\n');
        }

        TemporaryFile.WriteAll(layout.DroppedSamples, Encoding.UTF8.GetBytes(samples.ToString()));
        CurationJson.Save(layout.ReportJson, report, CurationJson.Default.CurationReport);
        TemporaryFile.WriteAll(layout.ReportHtml, Encoding.UTF8.GetBytes(HtmlReport.Render(report)));
        TemporaryFile.WriteAll(layout.Datasheet, Encoding.UTF8.GetBytes(Datasheet.Render(report)));
        CurationJson.Save(layout.Manifest, run with { Complete = true }, CurationJson.Default.RunManifest);
        if (!context.Settings.KeepWork)
        {
            foreach (var folder in new[] { DocumentsPhase, CorpusPhase, "decisions", "spill" })
            {
                if (Directory.Exists(Path.Combine(layout.Work, folder)))
                {
                    Directory.Delete(Path.Combine(layout.Work, folder), recursive: true);
                }
            }
        }

        return report;
    }

    private static ulong HashOf(BenchmarkIndex? benchmarks)
    {
        ulong hash = 0;
        foreach (var question in benchmarks?.Questions ?? [])
        {
            hash = Analysis.Hash64.Of(question.Text, Analysis.Hash64.Of(question.Benchmark, hash));
        }

        return hash;
    }
}
