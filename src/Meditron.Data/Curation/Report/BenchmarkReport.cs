namespace Meditron.Data.Curation.Report;

/// <summary>What a benchmark's questions hit in the corpus.</summary>
public sealed record BenchmarkReport
{
    /// <summary>The benchmark.</summary>
    public string Benchmark { get; init; } = "";

    /// <summary>Its questions.</summary>
    public int Questions { get; init; }

    /// <summary>Questions that some document was dropped for.</summary>
    public int QuestionsHit { get; init; }

    /// <summary>Documents dropped.</summary>
    public long Documents { get; init; }

    /// <summary>The questions hit most, with the line of the benchmark and the number of documents.</summary>
    public IReadOnlyList<QuestionHit> Top { get; init; } = [];
}
