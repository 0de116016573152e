using System.Diagnostics;
using Meditron.Data.Curation;
using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Contamination;
using Meditron.Data.Curation.Duplicates;
using Meditron.Data.Curation.Filters;
using Meditron.Data.Curation.Formatting;
using Meditron.Data.Curation.Readers;
using Meditron.Data.Curation.Settings;

namespace Meditron.CurationBench;

/// <summary>Times each part of the first phase by itself, on one thread and documents in memory.</summary>
internal static class Stages
{
    public static void Run(string folder, string? benchmark)
    {
        var readers = new DocumentReaders(new ReaderSettings());
        var files = InputFinder.Find([folder], new InputFile { Path = "", Subset = "abstracts", Length = null }, []);
        var documents = new List<CorpusDocument>();
        long bytes = 0;
        var watch = Stopwatch.StartNew();
        foreach (var file in files)
        {
            foreach (var result in readers.Choose(file, out _)!.Read(file with { Length = Math.Min(100 << 20, new FileInfo(file.Path).Length) }, default))
            {
                if (result.IsDocument)
                {
                    documents.Add(result.Document);
                    bytes += result.Document.Text.Length;
                }
            }

            break;
        }

        Show("read", watch, bytes);
        using (var stream = files[0].Open())
        {
            watch.Restart();
            var splitter = new Meditron.Data.Curation.Readers.Records.LineSplitter(new Meditron.Data.Curation.Readers.Records.ByteWindow(stream), 1 << 24);
            long lines = 0;
            while (lines < documents.Count && splitter.TryRead(out _))
            {
                lines++;
            }

            Show("split lines", watch, bytes);
        }

        var format = new FormatStep(new FormatSettings());
        var analysis = new DocumentAnalysis();
        var signature = new uint[128];
        var hasher = new MinHasher(128, 3, 1);
        IAnalysedStep[] filters =
        [
            new LanguageFilter(new LanguageSettings()), new LengthFilter(new LengthSettings()), new LettersFilter(new LettersSettings()), new RepetitionFilter(new RepetitionSettings()),
        ];
        Time("format", bytes, documents, d => format.Apply(d));
        Time("analyse", bytes, documents, d => analysis.Analyse(d.Text));
        foreach (var filter in filters)
        {
            Time("analyse + " + filter.Name, bytes, documents, d =>
            {
                analysis.Analyse(d.Text);
                filter.Apply(d, analysis);
            });
        }

        if (benchmark is not null)
        {
            var scanner = new ContaminationScanner(new BenchmarkIndex(BenchmarkReader.Read(benchmark, ["question"]), new ContaminationSettings()));
            Time("analyse + contamination", bytes, documents, d =>
            {
                analysis.Analyse(d.Text);
                scanner.Scan(analysis);
            });
        }

        Time("analyse + minhash", bytes, documents, d =>
        {
            analysis.Analyse(d.Text);
            hasher.Compute(analysis.Words, signature);
        });
    }

    private static void Time(string name, long bytes, List<CorpusDocument> documents, Action<CorpusDocument> action)
    {
        foreach (var document in documents.Take(2000))
        {
            action(document);
        }

        var watch = Stopwatch.StartNew();
        foreach (var document in documents)
        {
            action(document);
        }

        Show(name, watch, bytes);
    }

    private static void Show(string name, Stopwatch watch, long bytes) =>
        Console.WriteLine($"  {name}: {watch.Elapsed.TotalMilliseconds * 1e6 / bytes:0.00} ns a character");
}
