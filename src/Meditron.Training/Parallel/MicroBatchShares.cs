namespace Meditron.Training.Parallel;

/// <summary>Which micro-batches of a step each data-parallel rank computes: a run of them each, as even as the number allows.</summary>
/// <param name="Total">Micro-batches of a step.</param>
/// <param name="Ranks">Data-parallel ranks.</param>
public sealed record MicroBatchShares(int Total, int Ranks)
{
    /// <summary>The largest number that one rank has.</summary>
    public int Largest => (Total + Ranks - 1) / Ranks;

    /// <summary>The first micro-batch of a rank.</summary>
    public int FirstOf(int rank)
    {
        Check(rank);
        return rank * (Total / Ranks) + Math.Min(rank, Total % Ranks);
    }

    /// <summary>Micro-batches of a rank.</summary>
    public int CountOf(int rank)
    {
        Check(rank);
        return Total / Ranks + (rank < Total % Ranks ? 1 : 0);
    }

    /// <summary>The sums of gradients that a rank ends its backward passes with; one each where the shares are whole subtrees.</summary>
    public IReadOnlyList<TreeNode> NodesOf(int rank) => CanonicalTree.Cover(FirstOf(rank), CountOf(rank), Total);

    private void Check(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, Ranks);
    }
}
