using System.Diagnostics;
using System.Text.Json;
using Meditron.CurationBench;
using Meditron.Data.Curation.Contamination;
using Meditron.Data.Curation.Pipeline;
using Meditron.Data.Curation.Settings;

// generate FOLDER MIB [SEED] [BENCHMARK.jsonl]   writes a synthetic corpus
// stages INPUT [BENCHMARK.jsonl]   times each part of the first phase by itself on one thread
// readers SUBSET FORMAT|- PATH...   times reading and formatting on one thread
// run INPUT OUTPUT near|exact [THREADS] [BENCHMARKS] [THRESHOLD]   curates it and prints speed, memory, and what was found of the planted duplicates
switch (args)
{
    case ["generate", var folder, var size, .. var more]:
        var questions = more.Length > 1 ? BenchmarkReader.Read(more[1], ["question"]).Select(q => q.Text).Where(t => t.Split(' ').Length >= 20).ToList() : [];
        var seed = more.Length > 0 ? ulong.Parse(more[0]) : 1;
        Console.WriteLine($"{new SyntheticCorpus(seed).Write(folder, long.Parse(size) << 20, questions)} documents in {folder}");
        return 0;
    case ["run", var input, var output, var mode, .. var more]:
        Curate(input, output, mode == "near", more);
        return 0;
    case ["stages", var input, .. var more]:
        Stages.Run(input, more.Length > 0 ? more[0] : null);
        return 0;
    case ["readers", var subset, var format, .. var paths]:
        ReaderSpeed.Run(subset, format, paths);
        return 0;
    default:
        Console.Error.WriteLine("usage: generate FOLDER MIB [SEED] [BENCHMARK.jsonl] | readers SUBSET FORMAT PATH... | run INPUT OUTPUT near|exact [THREADS] [BENCHMARKS] [THRESHOLD]");
        return 2;
}

static void Curate(string input, string output, bool near, string[] more)
{
    var skipped = new HashSet<string>([CurationStep.Tokenize, CurationStep.Upsample]);
    var benchmarks = more.Length > 1 ? more[1] : "";
    if (!near)
    {
        skipped.Add(CurationStep.NearDuplicates);
    }

    if (benchmarks.Length == 0)
    {
        skipped.Add(CurationStep.Contamination);
    }

    var settings = new CurationSettings
    {
        Output = output,
        Sources = [new SourceSettings { Paths = [Path.GetFullPath(input)], Subset = "abstracts" }],
        Subsets = [new SubsetSettings { Name = "abstracts", ValidationRate = 0.03 }],
        Steps = [.. CurationStep.All.Where(s => !skipped.Contains(s))],
        Threads = more.Length > 0 ? int.Parse(more[0]) : 0,
        Contamination = new ContaminationSettings { Benchmarks = benchmarks.Length > 0 ? [Path.GetFullPath(benchmarks)] : [] },
        NearDuplicates = new NearDuplicateSettings { Threshold = more.Length > 2 ? double.Parse(more[2]) : new NearDuplicateSettings().Threshold },
    };
    var watch = Stopwatch.StartNew();
    var observer = new Timings(watch);
    var report = CurationPipeline.Run(settings, observer);
    var seconds = watch.Elapsed.TotalSeconds;
    var cpu = Environment.CpuUsage.TotalTime.TotalSeconds;
    observer.End();
    var peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM", StringComparison.Ordinal)).Split(':')[1].Trim();
    Console.WriteLine($"{mode(near)}: {report.InputBytes / 1e6:0.0} MB in {seconds:0.00} s = {report.InputBytes / 1e6 / seconds:0.0} MB/s ({cpu:0.00} s of processor time = {report.InputBytes / 1e6 / cpu * 2:0.0} MB/s on two free cores); peak memory {peak}; {report.Read.Values.Sum()} documents read, {report.Groups.Sum(g => g.Documents)} kept");
    foreach (var drop in report.Drops)
    {
        Console.WriteLine($"  {drop.Step} {drop.Reason}: {drop.Count}");
    }

    if (near)
    {
        Planted(input, output, report.Drops.Where(d => d.Step == CurationStep.NearDuplicates).Sum(d => d.Count));
    }

    static string mode(bool near) => near ? "with near-duplicates" : "without near-duplicates";
}

// Recall: the share of planted copies that are gone. Precision: the share of what the step dropped that was planted.
static void Planted(string input, string output, long dropped)
{
    var planted = new Dictionary<string, int>();
    foreach (var edit in Ids(input).Select(EditOf).OfType<string>())
    {
        planted[edit] = planted.GetValueOrDefault(edit) + 1;
    }

    var kept = new Dictionary<string, int>();
    var originals = 0;
    foreach (var id in Ids(Path.Combine(output, "corpus")))
    {
        if (EditOf(id) is { } edit)
        {
            kept[edit] = kept.GetValueOrDefault(edit) + 1;
        }
        else
        {
            originals++;
        }
    }

    foreach (var (edit, count) in planted.OrderBy(p => p.Key))
    {
        Console.WriteLine($"  recall at {int.Parse(edit)} % edits: {1 - ((double)kept.GetValueOrDefault(edit) / count):0.0000} of {count}");
    }

    var found = planted.Sum(p => p.Value - kept.GetValueOrDefault(p.Key));
    Console.WriteLine($"  precision of {dropped} dropped: {(dropped == 0 ? 1 : Math.Min(1, (double)found / dropped)):0.0000} ({originals} originals kept)");
}

static string? EditOf(string id) => id.Length > 13 && id.AsSpan(11).StartsWith("-e") ? id[13..] : null;

static IEnumerable<string> Ids(string folder)
{
    foreach (var file in Directory.EnumerateFiles(folder, "*.jsonl", SearchOption.AllDirectories))
    {
        foreach (var line in File.ReadLines(file))
        {
            yield return Id(line);
        }
    }

    static string Id(string line)
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(line[..Math.Min(line.Length, 80)]), isFinalBlock: false, default);
        reader.Read();
        reader.Read();
        reader.Read();
        return reader.GetString()!;
    }
}
