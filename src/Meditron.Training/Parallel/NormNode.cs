using Meditron.Llama;

namespace Meditron.Training.Parallel;

/// <summary>A part of the gradient norm that one rank computes: a node of the tree over one parameter's blocks.</summary>
/// <param name="Parameter">The parameter's position in the model's canonical order.</param>
/// <param name="Blocks">Blocks of the whole parameter.</param>
/// <param name="Node">The node.</param>
/// <param name="ShardOffset">Its first element in the rank's shard buffers.</param>
/// <param name="Length">Its elements.</param>
public readonly record struct NormNode(int Parameter, long Blocks, TreeNode Node, long ShardOffset, long Length)
{
    /// <summary>The nodes of a rank's shard, in its order.</summary>
    public static IReadOnlyList<NormNode> Of(ShardPlan plan, int rank)
    {
        const long block = ShardPlan.BlockLength;
        var nodes = new List<NormNode>();
        // What every tensor-parallel rank has is counted once.
        foreach (var slice in plan.SlicesOf(rank).Where(slice => slice.Parameter.Dimension != ShardDimension.None || plan.Layout.Shard.Index == 0))
        {
            var blocks = (slice.Parameter.Length + block - 1) / block;
            foreach (var node in CanonicalTree.Cover(slice.Start / block, (slice.Length + block - 1) / block, blocks))
            {
                var first = node.First * block;
                var last = Math.Min((node.First + (1L << node.Level)) * block, slice.Parameter.Length);
                nodes.Add(new NormNode(slice.Parameter.Index, blocks, node, slice.ShardOffset + first - slice.Start, last - first));
            }
        }

        return nodes;
    }
}
