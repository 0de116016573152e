namespace Meditron.Training.Distributed.Coordination;

/// <summary>Whether a generation gets on.</summary>
/// <param name="Culprits">Ranks that compute and get nothing done.</param>
/// <param name="IsDeadlock">Whether all ranks wait for each other.</param>
/// <param name="Reason">Why, in words; empty where all is well.</param>
internal sealed record ProgressJudgement(IReadOnlyList<int> Culprits, bool IsDeadlock, string Reason)
{
    /// <summary>It does.</summary>
    public static ProgressJudgement Fine { get; } = new([], false, "");
}
