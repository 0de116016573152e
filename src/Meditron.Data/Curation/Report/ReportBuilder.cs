using Meditron.Data.Curation.Duplicates;
using Meditron.Data.Curation.Pipeline;
using Meditron.Data.Curation.Settings;
using Meditron.Data.Curation.Storage;

namespace Meditron.Data.Curation.Report;

/// <summary>Adds the units' manifests up to the report.</summary>
internal sealed class ReportBuilder(CurationContext context)
{
    private const int TopQuestions = 10;
    private readonly SortedDictionary<string, long> read = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> failures = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<ReadFailure>> failureSamples = new(StringComparer.Ordinal);
    private readonly DropCounter drops = new();
    private readonly SampleKeeper samples = new(context.Settings.SamplesPerReason);
    private readonly SortedDictionary<string, long[]> lengths = new(StringComparer.Ordinal);
    private readonly Dictionary<DocumentGroup, (long Documents, long Words)> groups = [];
    private readonly SortedDictionary<int, long> questions = [];
    private readonly List<CorpusOutput> outputs = [];
    private long repeats;

    /// <summary>The files of the corpus, in order.</summary>
    public IReadOnlyList<CorpusOutput> Outputs => outputs;

    public void AddUnit(long unit)
    {
        Add(CurationJson.Load(context.Layout.DocumentsManifest(unit), CurationJson.Default.DocumentsManifest));
        Add(CurationJson.Load(context.Layout.CorpusManifest(unit), CurationJson.Default.CorpusManifest));
    }

    public CurationReport Build(RunManifest run, IReadOnlyList<TokenizedSubset> datasets) => new()
    {
        Settings = context.Settings with { Output = "", Threads = 0, MemoryBytes = new CurationSettings().MemoryBytes, KeepWork = false },
        InputFiles = run.Files,
        InputBytes = run.InputBytes,
        Read = read,
        Failures = failures,
        FailureSamples = [.. failureSamples.OrderBy(f => f.Key, StringComparer.Ordinal).SelectMany(f => f.Value)],
        Drops = drops.ToList(),
        DropSamples = samples.ToList(),
        Subsets = [.. Rows(datasets)],
        Groups =
        [
            .. groups.OrderBy(g => g.Key.Subset, StringComparer.Ordinal).ThenByDescending(g => g.Value.Documents).ThenBy(g => g.Key.Source, StringComparer.Ordinal)
                .ThenBy(g => g.Key.License, StringComparer.Ordinal).Select(g => new GroupCount(g.Key, g.Value.Documents, g.Value.Words)),
        ],
        Lengths = lengths,
        Repeats = repeats,
        NearDuplicates = NearDuplicates(),
        Benchmarks = Benchmarks(),
        Datasets = datasets,
        Files = outputs,
    };

    private void Add(DocumentsManifest unit)
    {
        Sum(read, unit.Read);
        Sum(failures, unit.Failures);
        foreach (var failure in unit.FailureSamples)
        {
            if (!failureSamples.TryGetValue(failure.Kind, out var list))
            {
                failureSamples.Add(failure.Kind, list = []);
            }

            if (list.Count < context.Settings.SamplesPerReason)
            {
                list.Add(failure);
            }
        }

        Add(unit.Drops, unit.DropSamples);
    }

    private void Add(CorpusManifest unit)
    {
        outputs.AddRange(unit.Outputs);
        repeats += unit.Repeats;
        foreach (var group in unit.Groups)
        {
            var (documents, words) = groups.GetValueOrDefault(group.Group);
            groups[group.Group] = (documents + group.Documents, words + group.Words);
        }

        foreach (var (subset, histogram) in unit.Lengths)
        {
            if (!lengths.TryGetValue(subset, out var sum))
            {
                lengths.Add(subset, sum = new long[histogram.Length]);
            }

            for (var i = 0; i < histogram.Length; i++)
            {
                sum[i] += histogram[i];
            }
        }

        foreach (var (question, count) in unit.Questions)
        {
            questions.TryGetValue(question, out var before);
            questions[question] = before + count;
        }

        Add(unit.Drops, unit.DropSamples);
    }

    private void Add(IReadOnlyList<DropCount> counts, IReadOnlyList<DropSample> dropped)
    {
        foreach (var count in counts)
        {
            drops.Add(count.Step, count.Reason, count.Subset, count.Count);
        }

        foreach (var sample in dropped)
        {
            samples.Add(sample);
        }
    }

    private IEnumerable<SubsetRow> Rows(IReadOnlyList<TokenizedSubset> datasets)
    {
        foreach (var subset in outputs.GroupBy(o => o.Subset).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            long Sum(string split, Func<CorpusOutput, long> value) => subset.Where(o => o.Split == split).Sum(value);
            long? Tokens(string split) => datasets.Count == 0 ? null : datasets.Where(d => d.Split == split && d.Subset == subset.Key).Sum(d => d.Tokens);
            yield return new SubsetRow
            {
                Subset = subset.Key,
                TrainDocuments = Sum(CorpusSplit.Train, o => o.Documents),
                ValidationDocuments = Sum(CorpusSplit.Validation, o => o.Documents),
                TrainWords = Sum(CorpusSplit.Train, o => o.Words),
                ValidationWords = Sum(CorpusSplit.Validation, o => o.Words),
                TrainTokens = Tokens(CorpusSplit.Train),
                ValidationTokens = Tokens(CorpusSplit.Validation),
            };
        }
    }

    private NearDuplicateReport? NearDuplicates()
    {
        if (!context.Settings.Runs(CurationStep.NearDuplicates))
        {
            return null;
        }

        var near = context.Settings.NearDuplicates;
        var plan = LshPlan.For(near.Permutations, near.Threshold, near.CandidateRecall);
        return new NearDuplicateReport
        {
            Threshold = plan.Threshold,
            Bands = plan.Bands,
            Rows = plan.Rows,
            ExpectedRecall = [.. Enumerable.Range(0, 21).Select(i => Math.Round(plan.Recall(i / 20.0), 6))],
        };
    }

    private IReadOnlyList<BenchmarkReport> Benchmarks()
    {
        if (context.Benchmarks is not { } index)
        {
            return [];
        }

        var reports = new List<BenchmarkReport>();
        foreach (var benchmark in index.Questions.Select((q, i) => (Question: q, Hits: questions.GetValueOrDefault(i))).GroupBy(q => q.Question.Benchmark))
        {
            var hits = benchmark.Where(q => q.Hits > 0).ToList();
            reports.Add(new BenchmarkReport
            {
                Benchmark = benchmark.Key,
                Questions = benchmark.Count(),
                QuestionsHit = hits.Count,
                Documents = hits.Sum(q => q.Hits),
                Top =
                [
                    .. hits.OrderByDescending(q => q.Hits).ThenBy(q => q.Question.Line).Take(TopQuestions)
                        .Select(q => new QuestionHit(q.Question.Line, SampleKeeper.Excerpt(q.Question.Text), q.Hits)),
                ],
            });
        }

        return reports;
    }

    private static void Sum(SortedDictionary<string, long> into, SortedDictionary<string, long> values)
    {
        foreach (var (key, count) in values)
        {
            into.TryGetValue(key, out var before);
            into[key] = before + count;
        }
    }
}
