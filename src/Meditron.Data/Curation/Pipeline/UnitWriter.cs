using System.Numerics;
using System.Text.Json;
using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Duplicates;
using Meditron.Data.Curation.Settings;
using Meditron.Data.Curation.Storage;
using Meditron.Data.Curation.Upsampling;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>The last phase on documents, for one unit after another: copies the documents that are kept to the corpus, each to its split. Belongs to one thread.</summary>
internal sealed class UnitWriter(CurationContext context, CorpusIndex index, CitationThresholds citations) : IDisposable
{
    private const int LengthBins = 24;
    private readonly UnitRecords keysOf = new(context.Layout.Keys);
    private readonly UnitRecords documentsOf = new(context.Layout.Documents);
    private byte[] line = new byte[1 << 16];

    public void Dispose()
    {
        keysOf.Dispose();
        documentsOf.Dispose();
    }

    public CorpusManifest Process(long unit, CancellationToken cancellation)
    {
        var manifest = CurationJson.Load(context.Layout.DocumentsManifest(unit), CurationJson.Default.DocumentsManifest);
        var outputs = new SortedDictionary<(string Split, string Subset), Output>();
        var state = new State(context.Settings);
        try
        {
            using var shard = new FileStream(context.Layout.Documents(unit), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 18, FileOptions.SequentialScan);
            RecordFile.ForEach(context.Layout.Keys(unit), (int i, in DocumentKey key) =>
            {
                if ((i & 1023) == 0)
                {
                    cancellation.ThrowIfCancellationRequested();
                }

                if (line.Length < key.Length)
                {
                    line = new byte[(int)BitOperations.RoundUpToPowerOf2((uint)key.Length)];
                }

                var json = line.AsSpan(0, key.Length);
                shard.ReadExactly(json);
                Accept(unit, i, key, manifest.Groups[key.Group], json, outputs, state);
            });

            foreach (var output in outputs.Values)
            {
                output.File.Commit();
            }
        }
        finally
        {
            foreach (var output in outputs.Values)
            {
                output.File.Dispose();
            }
        }

        var result = state.ToManifest(unit, outputs.Select(o => o.Value.ToRecord(o.Key.Split, o.Key.Subset, context.Layout, unit)));
        CurationJson.Save(context.Layout.CorpusManifest(unit), result, CurationJson.Default.CorpusManifest);
        return result;
    }

    private void Accept(
        long unit, int i, in DocumentKey key, DocumentGroup group, ReadOnlySpan<byte> json, SortedDictionary<(string Split, string Subset), Output> outputs, State state)
    {
        var code = index.DecisionsOf(unit)[i];
        if (code == DropCode.Kept && (key.Flags & DocumentKey.Contaminated) != 0)
        {
            code = (key.Flags & DocumentKey.ContaminatedPassage) != 0 ? DropCode.Passage : DropCode.Overlap;
            state.Hit(key.Question);
        }
        else if (code == DropCode.Kept && (key.Flags & DocumentKey.ExcludedByMetadata) != 0)
        {
            code = DropCode.Excluded;
        }

        if (code != DropCode.Kept)
        {
            var (step, reason) = DropCode.Name(code);
            if (state.Dropped(step, reason, group.Subset, key.IdHash))
            {
                state.Keep(Describe(step, reason, Detail(unit, i, key, code, step), json, key.IdHash));
            }

            return;
        }

        var settings = context.Settings;
        var subset = settings.SubsetOf(group.Subset);
        var validates = settings.Runs(CurationStep.Split) && Hash64.ToUnit(Hash64.Combine(key.IdHash, 0x5b)) < subset.ValidationRate;
        var times = validates || context.Quality is null || !settings.Upsampling.Subsets.Contains(group.Subset, StringComparer.Ordinal)
            ? 1
            : QualityScore.Repeats(key.Score + citations.Bonus(key.CitationsPerYear), settings.Upsampling.Fold, Hash64.ToUnit(Hash64.Combine(key.IdHash, 0x5c)));
        var name = (validates ? CorpusSplit.Validation : CorpusSplit.Train, group.Subset);
        if (!outputs.TryGetValue(name, out var output))
        {
            outputs.Add(name, output = new Output(new TemporaryFile(context.Layout.CorpusShard(name.Item1, name.Subset, unit))));
        }

        for (var n = 0; n < times; n++)
        {
            output.File.Write(json);
        }

        output.Documents += times;
        output.Words += (long)times * key.Words;
        output.Characters += (long)times * key.Characters;
        state.Kept(group, key.Words, times, LengthBins);
    }

    private string Detail(long unit, int i, in DocumentKey key, byte code, string step)
    {
        if (code is DropCode.Overlap or DropCode.Passage)
        {
            var question = context.Benchmarks!.Questions[key.Question];
            return code == DropCode.Passage
                ? $"has a passage of {context.Settings.Contamination.PassageWords} words of {question.Benchmark}, line {question.Line}"
                : FormattableString.Invariant($"has {key.Share:0.00} of the {context.Settings.Contamination.OverlapWords}-grams of {question.Benchmark}, line {question.Line}");
        }

        if (code == DropCode.Excluded)
        {
            return "its publication types or MeSH headings exclude it";
        }

        if (DecisionStore.SurvivorOf(context.Layout.Decisions(step), index.Ordinal(unit, i)) is not { } survivor)
        {
            return "";
        }

        var (at, number) = index.Locate(survivor);
        var kept = keysOf.Read<DocumentKey>(at, number);
        var json = new byte[kept.Length];
        documentsOf.Read(at, kept.Offset, json);
        var sample = Describe(step, "", null, json, 0);
        return $"stays: {sample.Subset} {sample.Id} \"{(sample.Title.Length > 0 ? sample.Title : sample.Excerpt[..Math.Min(80, sample.Excerpt.Length)])}\"";
    }

    private static DropSample Describe(string step, string reason, string? detail, ReadOnlySpan<byte> json, ulong draw)
    {
        var reader = new Utf8JsonReader(json);
        using var document = JsonDocument.ParseValue(ref reader);
        string Get(string name) => document.RootElement.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";
        return new DropSample
        {
            Step = step,
            Reason = reason,
            Detail = detail,
            Subset = Get("subset"),
            Source = Get("source"),
            Id = Get("id"),
            Title = Get("title"),
            Excerpt = SampleKeeper.Excerpt(Get("text")),
            Draw = draw,
        };
    }

    private sealed class Output(TemporaryFile file)
    {
        public TemporaryFile File => file;

        public long Documents { get; set; }

        public long Words { get; set; }

        public long Characters { get; set; }

        public CorpusOutput ToRecord(string split, string subset, WorkLayout layout, long unit) => new()
        {
            Split = split,
            Subset = subset,
            File = Path.GetRelativePath(layout.Output, layout.CorpusShard(split, subset, unit)),
            Documents = Documents,
            Words = Words,
            Characters = Characters,
            Bytes = file.Length,
            Hash = file.Hash,
        };
    }

    private sealed class State(CurationSettings settings)
    {
        private readonly DropCounter drops = new();
        private readonly SampleKeeper samples = new(settings.SamplesPerReason);
        private readonly SortedDictionary<int, long> questions = [];
        private readonly SortedDictionary<string, long[]> lengths = new(StringComparer.Ordinal);
        private readonly Dictionary<DocumentGroup, (long Documents, long Words)> groups = [];
        private long repeats;

        public void Hit(int question)
        {
            questions.TryGetValue(question, out var count);
            questions[question] = count + 1;
        }

        public bool Dropped(string step, string reason, string subset, ulong draw)
        {
            drops.Add(step, reason, subset);
            return samples.Wants(step, reason, draw);
        }

        public void Keep(DropSample sample) => samples.Add(sample);

        public void Kept(DocumentGroup group, int words, int times, int bins)
        {
            var (documents, total) = groups.GetValueOrDefault(group);
            groups[group] = (documents + 1, total + words);
            if (!lengths.TryGetValue(group.Subset, out var histogram))
            {
                lengths.Add(group.Subset, histogram = new long[bins]);
            }

            histogram[Math.Min(bins - 1, BitOperations.Log2((uint)Math.Max(1, words)))]++;
            repeats += times - 1;
        }

        public CorpusManifest ToManifest(long unit, IEnumerable<CorpusOutput> outputs) => new()
        {
            Unit = unit,
            Outputs = [.. outputs],
            Groups =
            [
                .. groups.OrderBy(g => g.Key.Subset, StringComparer.Ordinal).ThenBy(g => g.Key.Source, StringComparer.Ordinal).ThenBy(g => g.Key.License, StringComparer.Ordinal)
                    .Select(g => new GroupCount(g.Key, g.Value.Documents, g.Value.Words)),
            ],
            Drops = drops.ToList(),
            DropSamples = samples.ToList(),
            Lengths = lengths,
            Questions = questions,
            Repeats = repeats,
        };
    }
}
