using System.Diagnostics;
using Meditron.Data.Curation;
using Meditron.Data.Curation.Formatting;
using Meditron.Data.Curation.Readers;

namespace Meditron.CurationBench;

/// <summary>Times a reader alone, and with the formatting rules, on one thread, over the same input again and again once it is compiled.</summary>
internal static class ReaderSpeed
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(4);

    public static void Run(string subset, string format, IEnumerable<string> paths)
    {
        var failures = new List<ReadFailure>();
        var template = new InputFile { Path = "", Subset = subset, Format = format == "-" ? null : format };
        var files = InputFinder.Find(paths, template, failures);
        var readers = new DocumentReaders(new ReaderSettings());
        var step = new FormatStep(new FormatSettings());
        var bytes = files.Sum(f => f.Length ?? new FileInfo(f.Path).Length);
        Console.WriteLine($"{files.Count} files, {bytes / 1e6:0.0} MB, {failures.Count} unreadable");
        foreach (var formatted in new[] { false, true })
        {
            Loop(files, readers, formatted ? step : null, WarmUp);
            var (passes, documents, aside) = (0, 0L, 0L);
            var cpu = Environment.CpuUsage.UserTime;
            var watch = Stopwatch.StartNew();
            (passes, documents, aside) = Loop(files, readers, formatted ? step : null, Measured);
            var seconds = watch.Elapsed.TotalSeconds;
            var used = (Environment.CpuUsage.UserTime - cpu).TotalSeconds;
            Console.WriteLine($"  {(formatted ? "read and formatted" : "read"),-18}: {bytes * passes / 1e6 / seconds,7:0.0} MB/s by the clock, {bytes * passes / 1e6 / used,7:0.0} MB/s of processor time; {documents / passes} documents, {aside / passes} set aside");
        }
    }

    private static (int Passes, long Documents, long Aside) Loop(IReadOnlyList<InputFile> files, DocumentReaders readers, FormatStep? step, TimeSpan time)
    {
        var (passes, documents, aside) = (0, 0L, 0L);
        var watch = Stopwatch.StartNew();
        do
        {
            foreach (var file in files)
            {
                foreach (var result in readers.Choose(file, out _)?.Read(file, CancellationToken.None) ?? [])
                {
                    if (!result.IsDocument)
                    {
                        aside++;
                        continue;
                    }

                    documents++;
                    step?.Apply(result.Document);
                }
            }

            passes++;
        }
        while (watch.Elapsed < time);
        return (passes, documents, aside);
    }
}
