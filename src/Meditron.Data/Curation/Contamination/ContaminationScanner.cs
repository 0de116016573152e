using Meditron.Data.Curation.Analysis;

namespace Meditron.Data.Curation.Contamination;

/// <summary>
/// Looks for benchmark questions in documents. Overlap rule: the document has at least a share (80 %) of a question's 8-grams, or that share of the document's
/// own 8-grams is found in benchmarks. Passage rule: the document has any 13-gram of a question. Belongs to one thread.
/// </summary>
public sealed class ContaminationScanner(BenchmarkIndex index)
{
    private readonly int[] seen = new int[index.Overlap?.Count ?? 0];
    private readonly int[] found = new int[index.Questions.Count];
    private readonly List<int> touched = [];
    private int stamp;

    /// <summary>The strongest hit of a document: overlap before passage, then the larger share, then the earlier question.</summary>
    public ContaminationHit Scan(DocumentAnalysis analysis)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        var words = analysis.Words;
        var hit = index.Overlap is { } overlap ? Overlapping(overlap, words) : ContaminationHit.None;
        return hit.IsHit || index.Passages is not { } passages ? hit : Passage(passages, words);
    }

    private ContaminationHit Overlapping(NgramTable table, ReadOnlySpan<ulong> words)
    {
        stamp++;
        ulong rolling = 0;
        var inBenchmarks = 0;
        for (var i = 0; i < words.Length; i++)
        {
            rolling = table.Roll(rolling, words, i);
            if (i < table.Words - 1)
            {
                continue;
            }

            var entry = table.Find(rolling);
            if (entry < 0)
            {
                continue;
            }

            inBenchmarks++;
            if (seen[entry] == stamp)
            {
                continue;
            }

            seen[entry] = stamp;
            foreach (var question in table.OwnersOf(entry))
            {
                if (found[question]++ == 0)
                {
                    touched.Add(question);
                }
            }
        }

        var best = ContaminationHit.None;
        touched.Sort();
        foreach (var question in touched)
        {
            var share = (float)found[question] / index.OverlapCountOf(question);
            if (share > best.Share)
            {
                best = new ContaminationHit(question, false, share);
            }

            found[question] = 0;
        }

        touched.Clear();
        var ngrams = words.Length - table.Words + 1;
        var limit = (float)index.Settings.OverlapShare;
        return best.Share >= limit || (ngrams > 0 && inBenchmarks >= limit * ngrams) ? best : ContaminationHit.None;
    }

    private static ContaminationHit Passage(NgramTable table, ReadOnlySpan<ulong> words)
    {
        ulong rolling = 0;
        for (var i = 0; i < words.Length; i++)
        {
            rolling = table.Roll(rolling, words, i);
            if (i >= table.Words - 1 && table.Find(rolling) is var entry and >= 0)
            {
                return new ContaminationHit(table.OwnersOf(entry)[0], true, 0);
            }
        }

        return ContaminationHit.None;
    }
}
