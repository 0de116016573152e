using System.Diagnostics;
using System.Text.Json;
using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Distributed;
using Meditron.Torch.Kernels;
using Meditron.Training.Parallel;

namespace Meditron.Bench;

/// <summary>
/// What invariant I1 costs a data-parallel step: a buffer for each micro-batch and additions along the canonical tree, against products that add to one buffer;
/// and the reduction along the tree over the ranks, against the backend's plain reduce-scatter. Both are timed on their own, so nothing hides behind the backward pass.
/// </summary>
internal static class ReductionBench
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    public static int Run(string[] args)
    {
        var flags = new Flags(args);
        return Members.Run("reduction", RankMeeting.Layout(flags).World, args, texts => Console.Write(texts[0]));
    }

    public static int Member(string[] args)
    {
        var flags = new Flags(args);
        int rank = flags.Int("rank", 0), steps = flags.Int("steps", 3), rounds = flags.Int("rounds", 9);
        torch.set_num_threads(flags.Int("threads", 1));
        var layout = RankMeeting.Layout(flags);
        var geometry = new StageGeometry(BenchModel.Model(flags), BenchModel.Options(flags, steps + 1), layout);
        using var meeting = new RankMeeting(flags, layout, rank, Deadline);
        var kernels = new FusedKernels();
        var data = meeting.Groups.Data!;
        var step = Step(geometry, rank, meeting.Groups, steps, kernels);
        using var state = new ShardedState(geometry.PlanOf(geometry.Layout.At(rank)), geometry.Layout.At(rank).Data, geometry.Options.Precision, Device.CPU, kernels);
        using var forest = new GradientForest(state.Plan, Device.CPU, kernels);
        using var reducer = new GradientReducer(state, geometry.Shares, meeting.Groups, kernels, Deadline);
        var (canonical, plain) = (new double[rounds], new double[rounds]);
        var (gradients, other) = (forest.Rent(), forest.Rent());
        var sums = geometry.Shares.NodesOf(rank).Select(_ => gradients).ToList();
        for (var round = -2; round < rounds; round++)
        {
            var first = Timed(data, () => Canonical(state.Plan, reducer, sums));
            var second = Timed(data, () => Plain(state, gradients, data));
            if (round >= 0)
            {
                (canonical[round], plain[round]) = (first, second);
            }
        }

        var tree = Median(rounds, () => kernels.add(gradients.Views.Flat, other.Views.Flat));
        var products = AddingProducts(geometry, state, gradients, kernels, rounds);
        var more = geometry.Shares.CountOf(rank) - 1;
        Array.Sort(canonical);
        Array.Sort(plain);
        var (exchange, ring) = (canonical[rounds / 2], plain[rounds / 2]);
        if (rank == 0)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                backend = flags.Text("backend", "host"),
                dtype = flags.Text("dtype", "fp32"),
                micro_batches_of_a_rank = more + 1,
                tree_ends_along_ranks = geometry.Shares.EndsAlongRanks(),
                step_ms = Math.Round(step * 1e3, 2),
                addition_ms = Math.Round(tree * 1e3, 3),
                adding_in_products_ms = Math.Round(products * 1e3, 3),
                canonical_reduction_ms = Math.Round(exchange * 1e3, 3),
                plain_reduce_scatter_ms = Math.Round(ring * 1e3, 3),
                price = Math.Round(((more * (tree - products)) + exchange - ring) / step, 5),
                price_if_adding_in_products_were_free = Math.Round(((more * tree) + exchange - ring) / step, 5),
            }));
        }

        return 0;
    }

    private static double Step(StageGeometry geometry, int rank, RankGroups groups, int steps, IKernels kernels)
    {
        var samples = new RandomSamples(geometry.Model.VocabularySize, geometry.Options.SequenceLength, 0);
        using var trainer = new RankTrainer(geometry, rank, groups, new RankOptions { Timeout = Deadline }, new SampleMicroBatches(samples), null, kernels, Device.CPU, TimeProvider.System);
        trainer.TrainStep();
        return Median(steps, () => trainer.TrainStep());
    }

    private static void Canonical(ShardPlan plan, GradientReducer reducer, IReadOnlyList<GradientBuffer> sums)
    {
        foreach (var bucket in plan.Buckets)
        {
            reducer.Begin(bucket, sums);
        }

        reducer.End();
    }

    private static void Plain(ShardedState state, GradientBuffer gradients, ProcessGroup data)
    {
        foreach (var piece in state.Pieces)
        {
            data.reduce_scatter(piece.Gradient, gradients.Bucket(piece.Bucket), ReduceOp.AnySum, async_op: false, Deadline, [.. Enumerable.Range(0, data.Size).Select(piece.Bucket.PieceLength)]);
        }
    }

    /// <summary>What a micro-batch's products of gradients take longer where they add to what is there than where they overwrite it.</summary>
    private static double AddingProducts(StageGeometry geometry, ShardedState state, GradientBuffer gradients, IKernels kernels, int rounds)
    {
        var tokens = geometry.Options.MicroBatch * geometry.Options.SequenceLength;
        double sum = 0;
        foreach (var shape in state.Plan.Layout.Parameters.Where(parameter => parameter.Shape.Length == 2 && parameter.Name != ParameterNames.Embedding).GroupBy(parameter => (parameter.Shape[0], parameter.Shape[1])))
        {
            using var dy = torch.randn([tokens, shape.Key.Item1]).to(geometry.Options.Precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32);
            using var x = torch.randn([tokens, shape.Key.Item2]).to(dy.dtype);
            var weight = gradients.Views[shape.First().Name];
            sum += shape.Count() * (Median(rounds, () => kernels.matmul_tn(dy, x, weight, accumulate: true)) - Median(rounds, () => kernels.matmul_tn(dy, x, weight, accumulate: false)));
        }

        return sum;
    }

    private static double Timed(ProcessGroup group, Action action)
    {
        group.barrier();
        var begin = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }

    private static double Median(int rounds, Action action)
    {
        var times = new double[rounds];
        action();
        for (var round = 0; round < rounds; round++)
        {
            var begin = Stopwatch.GetTimestamp();
            action();
            times[round] = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        }

        Array.Sort(times);
        return times[rounds / 2];
    }
}
