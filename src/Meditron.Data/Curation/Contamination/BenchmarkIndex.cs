using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Curation.Contamination;

/// <summary>All questions of all benchmarks, ready to be looked for; shared by the scanners of all threads.</summary>
public sealed class BenchmarkIndex
{
    private readonly int[] overlapCounts;

    /// <summary>Indexes the questions.</summary>
    public BenchmarkIndex(IEnumerable<BenchmarkQuestion> questions, ContaminationSettings settings)
    {
        Settings = settings;
        Questions = [.. questions];
        Overlap = settings.OverlapWords > 0 ? new NgramTable(settings.OverlapWords) : null;
        Passages = settings.PassageWords > 0 ? new NgramTable(settings.PassageWords) : null;
        overlapCounts = new int[Questions.Count];
        var analysis = new DocumentAnalysis();
        for (var q = 0; q < Questions.Count; q++)
        {
            analysis.Analyse(Questions[q].Text);
            overlapCounts[q] = Overlap?.Add(q, analysis.Words) ?? 0;
            var passages = Passages?.Add(q, analysis.Words) ?? 0;
            if (overlapCounts[q] == 0 && passages == 0)
            {
                TooShort++;
            }
        }

        Overlap?.Seal();
        Passages?.Seal();
    }

    /// <summary>The questions; a hit names one by its place here.</summary>
    public IReadOnlyList<BenchmarkQuestion> Questions { get; }

    /// <summary>Questions with fewer words than any rule's n-gram, which no rule can find: reported, so that nobody takes them for checked.</summary>
    public int TooShort { get; }

    internal ContaminationSettings Settings { get; }

    internal NgramTable? Overlap { get; }

    internal NgramTable? Passages { get; }

    internal int OverlapCountOf(int question) => overlapCounts[question];
}
