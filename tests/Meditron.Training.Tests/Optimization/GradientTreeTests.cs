using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Distributed;
using Meditron.Torch.Kernels;
using Meditron.Training.Optimization;

namespace Meditron.Training.Tests.Optimization;

public sealed class GradientTreeTests
{
    private static readonly LlamaConfig Model = new() { VocabularySize = 16, HiddenSize = 8, Layers = 1, Heads = 2, KvHeads = 1, FfnSize = 12, MaxPositions = 8 };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(16)]
    public void Any_power_of_two_split_of_the_micro_batches_gives_the_same_bits(int microBatches)
    {
        var layout = ParameterLayout.Create(Model);
        var gradients = Enumerable.Range(0, microBatches).Select(micro => Random(layout.Length, micro)).ToArray();
        var whole = Sum(layout, gradients);
        for (var ranks = 1; ranks <= microBatches; ranks *= 2)
        {
            var share = microBatches / ranks;
            var parts = Enumerable.Range(0, ranks).Select(rank => Sum(layout, gradients[(rank * share)..((rank + 1) * share)])).ToArray();
            Assert.Equal(whole, Sum(layout, parts));
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void Other_numbers_of_micro_batches_add_up_as_well(int microBatches)
    {
        var layout = ParameterLayout.Create(Model);
        var gradients = Enumerable.Range(0, microBatches).Select(micro => Random(layout.Length, micro)).ToArray();
        var sum = Sum(layout, gradients);
        for (var index = 0; index < sum.Length; index++)
        {
            var exact = gradients.Sum(gradient => (double)gradient[index]);
            Assert.InRange(Math.Abs(exact - sum[index]), 0, 1e-5 * gradients.Sum(gradient => Math.Abs((double)gradient[index])));
        }
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(4, 4)]
    [InlineData(2, 4)]
    [InlineData(16, 1)]
    [InlineData(3, 1)]
    [InlineData(6, 1)]
    public void A_process_group_continues_the_tree_over_its_ranks(int ranks, int microBatchesEach)
    {
        var layout = ParameterLayout.Create(Model);
        var gradients = Enumerable.Range(0, ranks * microBatchesEach).Select(micro => Random(layout.Length, micro)).ToArray();
        var whole = Sum(layout, gradients);
        var endpoints = Enumerable.Range(0, ranks).Select(rank => ProcessGroup.Prepare(new ProcessGroupOptions { Name = "dp", Generation = 1, Rank = rank, Size = ranks })).ToArray();
        var descriptions = endpoints.Select(endpoint => endpoint.Description).ToArray();
        var sums = new float[ranks][];
        var threads = endpoints.Select((endpoint, rank) => new Thread(() =>
        {
            using var scope = torch.NewDisposeScope();
            using var group = endpoint.Connect(descriptions, TimeSpan.FromMinutes(1));
            var own = torch.tensor(Sum(layout, gradients[(rank * microBatchesEach)..((rank + 1) * microBatchesEach)]));
            group.all_reduce(own, ReduceOp.TreeSum);
            sums[rank] = own.data<float>().ToArray();
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromMinutes(2))));
        Array.ForEach(endpoints, endpoint => endpoint.Dispose());
        Assert.All(sums, sum => Assert.Equal(whole, sum));
    }

    [Fact]
    public void Buffers_grow_with_the_logarithm_and_are_reused()
    {
        using var tree = new GradientTree(ParameterLayout.Create(Model), Device.CPU, new FusedKernels());
        for (var step = 0; step < 3; step++)
        {
            for (var micro = 0; micro < 8; micro++)
            {
                tree.Add(tree.Rent());
            }

            tree.Return(tree.Sum());
        }

        Assert.Equal(GradientTree.BuffersFor(8), tree.BufferCount);
        Assert.Equal(4, tree.BufferCount);
    }

    [Fact]
    public void The_sum_of_nothing_is_refused()
    {
        using var tree = new GradientTree(ParameterLayout.Create(Model), Device.CPU, new FusedKernels());
        Assert.Throws<InvalidOperationException>(tree.Sum);
    }

    private static float[] Random(long length, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)length).Select(_ => (float)((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-4, 4))))];
    }

    private static float[] Sum(ParameterLayout layout, float[][] gradients)
    {
        using var tree = new GradientTree(layout, Device.CPU, new FusedKernels());
        foreach (var gradient in gradients)
        {
            var buffer = tree.Rent();
            gradient.CopyTo(buffer.Flat.data<float>());
            tree.Add(buffer);
        }

        return tree.Sum().Flat.data<float>().ToArray();
    }
}
