namespace Meditron.Data.Curation.Contamination;

/// <summary>Why a document counts as contaminated.</summary>
/// <param name="Question">The place of the question in <see cref="BenchmarkIndex.Questions"/>; -1 for no hit.</param>
/// <param name="IsPassage">Whether the passage rule alone found it; else the overlap rule did.</param>
/// <param name="Share">The share of the question's n-grams that the document has.</param>
public readonly record struct ContaminationHit(int Question, bool IsPassage, float Share)
{
    /// <summary>No hit.</summary>
    public static ContaminationHit None => new(-1, false, 0);

    /// <summary>Whether there is a hit.</summary>
    public bool IsHit => Question >= 0;
}
