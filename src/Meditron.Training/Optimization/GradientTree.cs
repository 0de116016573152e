using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Training.Optimization;

/// <summary>
/// Sums the gradients of micro-batches along one binary tree over the micro-batch index, so that any power-of-two split of the
/// micro-batches over ranks gives the same bits. Works like a binary counter and holds log2(micro-batches) + 1 buffers.
/// </summary>
public sealed class GradientTree : IDisposable
{
    private readonly ParameterLayout layout;
    private readonly Device device;
    private readonly IKernels kernels;
    private readonly List<FlatViews> all = [];
    private readonly Stack<FlatViews> free = new();
    private readonly List<FlatViews?> levels = [];

    /// <summary>Creates the tree; buffers are allocated as they are first needed and then reused.</summary>
    public GradientTree(ParameterLayout layout, Device device, IKernels kernels)
    {
        this.layout = layout;
        this.device = device;
        this.kernels = kernels;
    }

    /// <summary>Buffers allocated so far.</summary>
    public int BufferCount => all.Count;

    /// <summary>The number of buffers that a number of micro-batches needs.</summary>
    public static int BuffersFor(int microBatches) => microBatches == 1 ? 1 : (int)Math.Ceiling(Math.Log2(microBatches)) + 1;

    /// <summary>A buffer for the gradients of the next micro-batch; its content is whatever was in it.</summary>
    public FlatViews Rent()
    {
        if (free.TryPop(out var buffer))
        {
            return buffer;
        }

        buffer = new FlatViews(layout, torch.zeros([layout.Length], ScalarType.Float32, device));
        all.Add(buffer);
        return buffer;
    }

    /// <summary>Adds the finished gradients of the next micro-batch to the tree.</summary>
    public void Add(FlatViews gradients)
    {
        var level = 0;
        while (level < levels.Count && levels[level] is { } left)
        {
            kernels.add(left.Flat, gradients.Flat);
            free.Push(gradients);
            gradients = left;
            levels[level] = null;
            level++;
        }

        if (level == levels.Count)
        {
            levels.Add(null);
        }

        levels[level] = gradients;
    }

    /// <summary>The sum of what was added since the last call; hand it back with <see cref="Return"/>.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public FlatViews Sum()
    {
        FlatViews? sum = null;
        for (var level = 0; level < levels.Count; level++)
        {
            if (levels[level] is not { } left)
            {
                continue;
            }

            if (sum is not null)
            {
                kernels.add(left.Flat, sum.Flat);
                free.Push(sum);
            }

            sum = left;
            levels[level] = null;
        }

        return sum ?? throw new InvalidOperationException("The gradients of no micro-batch were added, so there is no sum.");
    }

    /// <summary>Gives a buffer back for reuse.</summary>
    public void Return(FlatViews gradients) => free.Push(gradients);

    /// <inheritdoc/>
    public void Dispose() => all.ForEach(buffer => buffer.Dispose());
}
