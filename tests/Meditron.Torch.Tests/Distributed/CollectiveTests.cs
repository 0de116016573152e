using Meditron.Torch.Distributed;

namespace Meditron.Torch.Tests.Distributed;

public sealed class CollectiveTests : IDisposable
{
    // None, one, a few, an odd number, beyond one exchange (32 KiB), and several chunks for each rank.
    private static readonly long[] Sizes = [0, 1, 5, 1001, 20_000, 100_003];

    private readonly DisposeScope scope = torch.NewDisposeScope();

    public void Dispose() => scope.Dispose();

    public static TheoryData<int, bool> Groups => new() { { 1, true }, { 2, true }, { 3, true }, { 4, true }, { 2, false }, { 3, false }, { 4, false } };

    [Theory]
    [MemberData(nameof(Groups))]
    public void All_reduce_gives_every_rank_the_reduction_in_the_order_of_the_ranks(int size, bool shared)
    {
        foreach (var type in Values.Types)
        {
            foreach (var op in Operations(type))
            {
                var expected = Sizes.Select(count => Values.Reduced(type, count, size, op)).ToArray();
                LocalGroup.Run(size, shared, group =>
                {
                    for (var i = 0; i < Sizes.Length; i++)
                    {
                        var tensor = Values.Of(type, Sizes[i], group.Rank);
                        Assert.True(group.all_reduce(tensor, op).IsCompleted);
                        Same(expected[i], tensor, $"{op} of {Sizes[i]} {type} on rank {group.Rank}");
                    }
                });
            }
        }
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void Reduce_scatter_gives_every_rank_its_share(int size, bool shared)
    {
        var splits = Enumerable.Range(0, size).Select(rank => (rank * 40_000L) + (rank % 2 == 0 ? 3 : 0)).ToArray();
        LocalGroup.Run(size, shared, group =>
        {
            foreach (var type in Values.Types)
            {
                foreach (var op in Operations(type))
                {
                    foreach (var count in Sizes)
                    {
                        var output = torch.empty([count], type);
                        group.reduce_scatter(output, Values.Of(type, count * size, group.Rank), op);
                        Same(Values.Reduced(type, count * size, size, op).narrow(0, group.Rank * count, count), output, $"{op} of {count} {type}");
                    }
                }

                // Uneven shares, into the input itself.
                var total = splits.Sum();
                var start = splits.Take(group.Rank).Sum();
                var input = Values.Of(type, total, group.Rank);
                var own = input.narrow(0, start, splits[group.Rank]);
                group.reduce_scatter(own, input, ReduceOp.Sum, splits: splits);
                Same(Values.Reduced(type, total, size, ReduceOp.Sum).narrow(0, start, splits[group.Rank]), own, $"uneven shares of {type}");
            }
        });
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void A_reduction_of_bfloat16_may_keep_single_precision(int size, bool shared) => LocalGroup.Run(size, shared, group =>
    {
        var output = torch.empty([1001], torch.float32);
        group.reduce_scatter(output, Values.Of(torch.bfloat16, 1001 * size, group.Rank));
        var all = Enumerable.Range(0, size).Select(rank => Values.Of(torch.bfloat16, 1001 * size, rank).to(torch.float32)).Aggregate((sum, next) => sum.add(next));
        Same(all.narrow(0, group.Rank * 1001, 1001), output, "a sum that was not rounded");
    });

    [Theory]
    [MemberData(nameof(Groups))]
    public void All_gather_gives_every_rank_everything(int size, bool shared)
    {
        var splits = Enumerable.Range(0, size).Select(rank => rank == 1 ? 0 : 30_001L + rank).ToArray();
        LocalGroup.Run(size, shared, group =>
        {
            foreach (var type in Values.Types)
            {
                foreach (var count in Sizes)
                {
                    var output = torch.empty([count * size], type);
                    group.all_gather(output, Values.Of(type, count, group.Rank));
                    Same(torch.cat([.. Enumerable.Range(0, size).Select(rank => Values.Of(type, count, rank))], 0), output, $"{count} {type}");
                }

                // Uneven shares, from the output itself.
                var whole = torch.zeros([splits.Sum()], type);
                var own = whole.narrow(0, splits.Take(group.Rank).Sum(), splits[group.Rank]);
                own.copy_(Values.Of(type, splits[group.Rank], group.Rank));
                group.all_gather(whole, own, splits: splits);
                Same(torch.cat([.. Enumerable.Range(0, size).Select(rank => Values.Of(type, splits[rank], rank))], 0), whole, $"uneven shares of {type}");
            }
        });
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void Broadcast_gives_every_rank_the_tensor_of_one(int size, bool shared) => LocalGroup.Run(size, shared, group =>
    {
        foreach (var type in Values.Types)
        {
            foreach (var count in Sizes)
            {
                for (var root = 0; root < size; root++)
                {
                    var tensor = Values.Of(type, count, group.Rank);
                    group.broadcast(tensor, root);
                    Same(Values.Of(type, count, root), tensor, $"{count} {type} from {root}");
                }
            }
        }
    });

    [Theory]
    [MemberData(nameof(Groups))]
    public void All_to_all_exchanges_equal_and_uneven_parts(int size, bool shared) => LocalGroup.Run(size, shared, group =>
    {
        foreach (var type in Values.Types)
        {
            foreach (var count in Sizes)
            {
                var output = torch.empty([count * size], type);
                group.all_to_all(output, Values.Of(type, count * size, group.Rank));
                Same(torch.cat([.. Enumerable.Range(0, size).Select(rank => Values.Of(type, count * size, rank).narrow(0, group.Rank * count, count))], 0), output, $"{count} {type}");
            }

            // Rank a sends (a + 1) * 1000 + b elements to rank b, but none to the next one.
            long Part(int from, int to) => to == from + 1 ? 0 : ((from + 1) * 1000) + to;
            long Start(int from, int to) => Enumerable.Range(0, to).Sum(earlier => Part(from, earlier));
            var inputs = Enumerable.Range(0, size).Select(to => Part(group.Rank, to)).ToArray();
            var outputs = Enumerable.Range(0, size).Select(from => Part(from, group.Rank)).ToArray();
            var received = torch.empty([outputs.Sum()], type);
            group.all_to_all(received, Values.Of(type, inputs.Sum(), group.Rank), outputs, inputs);
            Same(torch.cat([.. Enumerable.Range(0, size).Select(from => Values.Of(type, Start(from, size), from).narrow(0, Start(from, group.Rank), outputs[from]))], 0), received, $"uneven parts of {type}");
        }
    });

    [Theory]
    [InlineData(2, true)]
    [InlineData(4, true)]
    [InlineData(4, false)]
    public void A_barrier_ends_only_when_all_have_come(int size, bool shared)
    {
        var arrived = 0;
        LocalGroup.Run(size, shared, group =>
        {
            for (var round = 1; round <= 50; round++)
            {
                Interlocked.Increment(ref arrived);
                group.barrier();
                Assert.True(Volatile.Read(ref arrived) >= round * size);
                group.barrier();
            }
        });
    }

    [Fact]
    public void Max_and_min_keep_a_nan() => LocalGroup.Run(2, shared: true, group =>
    {
        foreach (var op in new[] { ReduceOp.Max, ReduceOp.Min })
        {
            var tensor = torch.tensor(group.Rank == 0 ? new[] { float.NaN, 1f, -1f } : [2f, float.NaN, -2f]);
            group.all_reduce(tensor, op);
            Assert.True(float.IsNaN(tensor.data<float>()[0]) && float.IsNaN(tensor.data<float>()[1]));
            Assert.Equal(op == ReduceOp.Max ? -1f : -2f, tensor.data<float>()[2]);
        }
    });

    private static IEnumerable<ReduceOp> Operations(ScalarType type) => Enum.GetValues<ReduceOp>().Where(op => type.IsFloatingPoint() || op != ReduceOp.Avg);

    private static void Same(Tensor expected, Tensor actual, string what) => Assert.True(Values.Same(expected, actual), $"The bits differ: {what}.");
}
