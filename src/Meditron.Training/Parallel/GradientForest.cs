using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Training.Parallel;

/// <summary>
/// Sums the gradients of one rank's micro-batches along the <see cref="CanonicalTree"/> of the whole step, as far as the rank's leaves allow. The last
/// micro-batch is added bucket by bucket, so that a bucket can be reduced while the backward pass goes on.
/// </summary>
public sealed class GradientForest : IDisposable
{
    private readonly ShardPlan plan;
    private readonly Device device;
    private readonly IKernels kernels;
    private readonly List<GradientBuffer> all = [];
    private readonly Stack<GradientBuffer> free = new();
    private readonly List<(TreeNode Node, GradientBuffer Buffer)> nodes = [];
    private readonly List<GradientBuffer> merging = [];
    private TreeNode reached;

    /// <summary>Creates the forest; buffers are allocated as they are first needed and then reused.</summary>
    public GradientForest(ShardPlan plan, Device device, IKernels kernels)
    {
        this.plan = plan;
        this.device = device;
        this.kernels = kernels;
    }

    /// <summary>The sums so far, in the order of their leaves.</summary>
    public IReadOnlyList<(TreeNode Node, GradientBuffer Buffer)> Nodes => nodes;

    /// <summary>Buffers that a rank needs for a run of micro-batches: those of finished nodes, and one for the micro-batch under way.</summary>
    public static int BuffersFor(int first, int count, int total)
    {
        var most = 0;
        for (var done = 0; done < count; done++)
        {
            most = Math.Max(most, CanonicalTree.Cover(first, done, total).Count + 1);
        }

        return Math.Max(most, 1);
    }

    /// <summary>A buffer for the gradients of the next micro-batch; its content is whatever was in it.</summary>
    public GradientBuffer Rent()
    {
        if (free.TryPop(out var buffer))
        {
            return buffer;
        }

        buffer = new GradientBuffer(plan, torch.zeros([plan.Layout.Length], ScalarType.Float32, device));
        all.Add(buffer);
        return buffer;
    }

    /// <summary>Gives a buffer back that was added to nothing.</summary>
    public void Return(GradientBuffer gradients) => free.Push(gradients);

    /// <summary>Adds the finished gradients of a micro-batch; they come in the order of their leaves.</summary>
    public void Add(GradientBuffer gradients, long leaf, long total)
    {
        Begin(leaf, total);
        for (var index = merging.Count - 1; index >= 0; index--)
        {
            kernels.add(merging[index].Views.Flat, Merged(index, gradients).Views.Flat);
        }

        End(gradients);
    }

    /// <summary>Begins to add the last micro-batch bucket by bucket.</summary>
    public void Begin(long leaf, long total)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(leaf, total);
        merging.Clear();
        var node = reached = new TreeNode(0, leaf);
        var left = nodes.Count - 1;
        while (node.First > 0)
        {
            if (node.Index % 2 == 1)
            {
                if (left < 0 || !IsLeftOf(nodes[left].Node, node))
                {
                    break;
                }

                merging.Insert(0, nodes[left--].Buffer);
                node = reached = new TreeNode(node.Level + 1, node.Index / 2);
            }
            else if ((node with { Index = node.Index + 1 }).First >= total)
            {
                // Nothing follows, so the node stands for its parent as well.
                node = new TreeNode(node.Level + 1, node.Index / 2);
            }
            else
            {
                break;
            }
        }
    }

    /// <summary>Adds one bucket of the micro-batch begun with <see cref="Begin"/>.</summary>
    public void AddBucket(GradientBuffer gradients, GradientBucket bucket)
    {
        for (var index = merging.Count - 1; index >= 0; index--)
        {
            kernels.add(merging[index].Bucket(bucket), Merged(index, gradients).Bucket(bucket));
        }
    }

    /// <summary>Where the sum of the subtree that ends with the micro-batch begun with <see cref="Begin"/> is.</summary>
    public GradientBuffer Target(GradientBuffer gradients) => merging.Count > 0 ? merging[0] : gradients;

    /// <summary>Lists where the rank's sums will be once the micro-batch begun with <see cref="Begin"/> is added, in the order of their leaves.</summary>
    public void CollectSums(GradientBuffer gradients, List<GradientBuffer> sums)
    {
        sums.Clear();
        for (var index = 0; index < nodes.Count - merging.Count; index++)
        {
            sums.Add(nodes[index].Buffer);
        }

        sums.Add(Target(gradients));
    }

    /// <summary>Ends the addition: buffers whose content went into another are free again.</summary>
    public void End(GradientBuffer gradients)
    {
        var target = Target(gradients);
        nodes.RemoveRange(nodes.Count - merging.Count, merging.Count);
        nodes.Add((reached, target));
        if (merging.Count > 0)
        {
            free.Push(gradients);
            for (var index = 1; index < merging.Count; index++)
            {
                free.Push(merging[index]);
            }
        }

        merging.Clear();
    }

    /// <summary>Frees all sums for the next step.</summary>
    public void Clear()
    {
        foreach (var (_, buffer) in nodes)
        {
            free.Push(buffer);
        }

        nodes.Clear();
        merging.Clear();
    }

    /// <summary>Gives up a step that came to no end.</summary>
    public void Reset()
    {
        nodes.Clear();
        merging.Clear();
        free.Clear();
        all.ForEach(free.Push);
    }

    /// <inheritdoc/>
    public void Dispose() => all.ForEach(buffer => buffer.Dispose());

    private static bool IsLeftOf(TreeNode left, TreeNode node) => left.Level == node.Level && left.Index == node.Index - 1;

    /// <summary>What is added to the buffer at <paramref name="index"/>: the one to the right of it, or the micro-batch itself.</summary>
    private GradientBuffer Merged(int index, GradientBuffer gradients) => index + 1 < merging.Count ? merging[index + 1] : gradients;
}
