using Meditron.Data.Curation.Pipeline;
using Meditron.Data.Curation.Settings;

namespace Meditron.Data.Curation.Report;

/// <summary>What a curation run did to a corpus: everything that <c>report.html</c> shows. It has no times in it, so that equal runs have equal reports.</summary>
public sealed record CurationReport
{
    /// <summary>The settings of the run.</summary>
    public CurationSettings Settings { get; init; } = new();

    /// <summary>Input files.</summary>
    public long InputFiles { get; init; }

    /// <summary>Bytes of the input files on disk.</summary>
    public long InputBytes { get; init; }

    /// <summary>Documents read, by subset.</summary>
    public SortedDictionary<string, long> Read { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Records that could not be read, by kind.</summary>
    public SortedDictionary<string, long> Failures { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Some of the records that could not be read.</summary>
    public IReadOnlyList<ReadFailure> FailureSamples { get; init; } = [];

    /// <summary>Documents dropped, by step, reason and subset.</summary>
    public IReadOnlyList<DropCount> Drops { get; init; } = [];

    /// <summary>Some of the dropped documents, for each reason.</summary>
    public IReadOnlyList<DropSample> DropSamples { get; init; } = [];

    /// <summary>The paper's table 1 for this corpus, by subset.</summary>
    public IReadOnlyList<SubsetRow> Subsets { get; init; } = [];

    /// <summary>Subsets, sources and licences of what went in.</summary>
    public IReadOnlyList<GroupCount> Groups { get; init; } = [];

    /// <summary>For each subset the number of kept documents by the power of two of their words.</summary>
    public SortedDictionary<string, long[]> Lengths { get; init; } = new(StringComparer.Ordinal);

    /// <summary>How often documents were written beyond once (upsampling).</summary>
    public long Repeats { get; init; }

    /// <summary>How near-duplicates were looked for, and the expected recall; null where the step did not run.</summary>
    public NearDuplicateReport? NearDuplicates { get; init; }

    /// <summary>The benchmarks and what was hit; empty where the step did not run.</summary>
    public IReadOnlyList<BenchmarkReport> Benchmarks { get; init; } = [];

    /// <summary>The indexed datasets; empty where nothing was tokenized.</summary>
    public IReadOnlyList<TokenizedSubset> Datasets { get; init; } = [];

    /// <summary>The files of the corpus.</summary>
    public IReadOnlyList<CorpusOutput> Files { get; init; } = [];
}
