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

    /// <summary>
    /// Whether the canonical tree over the micro-batches ends as the tree over the ranks' sums: then a reduction along the ranks' tree (the process group's
    /// tree sum) gives its bits. So it is wherever every rank ends with one sum and all but the last stand on one level.
    /// </summary>
    public bool EndsAlongRanks()
    {
        var nodes = Enumerable.Range(0, Ranks).Select(NodesOf).ToList();
        if (nodes.Any(ofRank => ofRank.Count != 1))
        {
            return false;
        }

        var byNode = nodes.Select((ofRank, rank) => (Node: ofRank[0], Text: AlongRanks(rank, 1))).ToDictionary(entry => entry.Node, entry => entry.Text);
        return CanonicalTree.Combine(byNode, Total, (left, right) => $"({left}{right})") == AlongRanks(0, Ranks);
    }

    /// <summary>The expression that sums a run of ranks along the ranks' tree, cut at the largest power of two below their number.</summary>
    private static string AlongRanks(int first, int count)
    {
        if (count == 1)
        {
            return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[{first}]");
        }

        var left = 1 << (31 - int.LeadingZeroCount(count - 1));
        return $"({AlongRanks(first, left)}{AlongRanks(first + left, count - left)})";
    }

    private void Check(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, Ranks);
    }
}
