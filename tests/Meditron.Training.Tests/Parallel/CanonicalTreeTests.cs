using Meditron.Training.Parallel;

namespace Meditron.Training.Tests.Parallel;

public sealed class CanonicalTreeTests
{
    [Fact]
    public void Every_division_of_the_leaves_over_ranks_gives_the_same_expression()
    {
        for (var total = 1; total <= 17; total++)
        {
            var whole = Sum(total, [total]);
            for (var ranks = 1; ranks <= total; ranks++)
            {
                var shares = new MicroBatchShares(total, ranks);
                Assert.Equal(whole, Sum(total, [.. Enumerable.Range(0, ranks).Select(shares.CountOf)]));
            }
        }
    }

    [Theory]
    [InlineData(0, 8, 8, 1)]
    [InlineData(4, 4, 8, 1)]
    [InlineData(0, 3, 8, 2)]
    [InlineData(3, 3, 8, 2)]
    [InlineData(4, 3, 7, 1)]
    [InlineData(1, 14, 16, 6)]
    public void A_range_is_covered_by_its_largest_subtrees(long first, long count, long total, int nodes)
    {
        var cover = CanonicalTree.Cover(first, count, total);
        Assert.Equal(nodes, cover.Count);
        Assert.Equal(first, cover[0].First);
    }

    [Theory]
    [InlineData(8, 2, true)]
    [InlineData(8, 4, true)]
    [InlineData(12, 3, true)]
    [InlineData(7, 2, true)]
    [InlineData(5, 5, true)]
    [InlineData(1, 1, true)]
    [InlineData(6, 2, false)]
    [InlineData(8, 3, false)]
    [InlineData(7, 3, false)]
    public void The_tree_ends_along_the_ranks_where_each_holds_one_sum_of_one_level(int total, int ranks, bool along) =>
        Assert.Equal(along, new MicroBatchShares(total, ranks).EndsAlongRanks());

    [Fact]
    public void A_leaf_that_nobody_holds_is_named()
    {
        var nodes = CanonicalTree.Cover(0, 3, 4).ToDictionary(node => node, node => 0);
        var error = Assert.Throws<InvalidOperationException>(() => CanonicalTree.Combine(nodes, 4, (left, right) => left + right));
        Assert.Contains("Leaf 3", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The sum as text with its parentheses: two divisions add alike exactly where the texts are equal.</summary>
    private static string Sum(int total, IReadOnlyList<int> counts)
    {
        var nodes = new Dictionary<TreeNode, string>();
        var first = 0;
        foreach (var count in counts)
        {
            foreach (var node in CanonicalTree.Cover(first, count, total))
            {
                var leaves = Math.Min(1 << node.Level, total - (int)node.First);
                nodes.Add(node, Local((int)node.First, leaves));
            }

            first += count;
        }

        return CanonicalTree.Combine(nodes, total, (left, right) => $"({left}+{right})");
    }

    private static string Local(int first, int leaves)
    {
        var own = Enumerable.Range(0, leaves).ToDictionary(leaf => new TreeNode(0, leaf), leaf => $"{first + leaf}");
        return CanonicalTree.Combine(own, leaves, (left, right) => $"({left}+{right})");
    }
}
