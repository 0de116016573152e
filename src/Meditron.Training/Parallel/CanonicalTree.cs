namespace Meditron.Training.Parallel;

/// <summary>
/// The one binary tree along which a number of leaves is summed, whoever holds them: neighbours first, then pairs of pairs, a node without a right
/// neighbour being promoted. Floating-point sums along it have the same bits for every division of the leaves over ranks.
/// </summary>
public static class CanonicalTree
{
    /// <summary>The highest nodes whose leaves all lie in a range: what a rank that holds the range can sum on its own.</summary>
    /// <param name="first">First leaf of the range.</param>
    /// <param name="count">Leaves of the range.</param>
    /// <param name="total">Leaves of the tree.</param>
    /// <returns>The nodes in the order of their leaves; one where the range is a whole subtree, two for each level at the most.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The range does not lie in the tree.</exception>
    public static IReadOnlyList<TreeNode> Cover(long first, long count, long total)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, total);
        var nodes = new List<TreeNode>();
        var end = first + count;
        for (var leaf = first; leaf < end;)
        {
            var level = 0;
            while (Fits(leaf, level + 1, end, total))
            {
                level++;
            }

            nodes.Add(new TreeNode(level, leaf >> level));
            leaf = Math.Min(leaf + (1L << level), end);
        }

        return nodes;
    }

    /// <summary>Sums the tree from nodes that cover it.</summary>
    /// <param name="nodes">Values by node; together they cover every leaf once.</param>
    /// <param name="total">Leaves of the tree.</param>
    /// <param name="add">The sum of a left and a right value; it may reuse either.</param>
    /// <exception cref="InvalidOperationException">A leaf is not covered.</exception>
    public static T Combine<T>(IReadOnlyDictionary<TreeNode, T> nodes, long total, Func<T, T, T> add)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(total, 1);
        var root = 0;
        while (1L << root < total)
        {
            root++;
        }

        return Value(new TreeNode(root, 0));

        T Value(TreeNode node)
        {
            if (nodes.TryGetValue(node, out var value))
            {
                return value;
            }

            if (node.Level == 0)
            {
                throw new InvalidOperationException($"Leaf {node.Index} of a sum over {total} is held by nobody, so there is no sum.");
            }

            var left = new TreeNode(node.Level - 1, 2 * node.Index);
            var right = new TreeNode(node.Level - 1, 2 * node.Index + 1);
            return right.First >= total ? Value(left) : add(Value(left), Value(right));
        }
    }

    /// <summary>Whether a node that begins at a leaf ends within the range; beyond the tree's end there is nothing left to cover.</summary>
    private static bool Fits(long leaf, int level, long end, long total)
    {
        var size = 1L << level;
        return leaf % size == 0 && (leaf + size <= end || (end == total && leaf + size / 2 < total));
    }
}
