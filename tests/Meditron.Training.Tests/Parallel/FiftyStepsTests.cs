using Meditron.Llama;
using Meditron.Training.Checkpoints;
using Meditron.Training.Optimization;
using Meditron.Training.Parallel;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Parallel;

/// <summary>Invariant I1 over fifty steps: one SHA-256 of all weights, whatever the layout, the schedule, the transport and the threads.</summary>
[Collection(AloneCollection.Name)]
public sealed class FiftyStepsTests(FiftyStepsReference reference) : IClassFixture<FiftyStepsReference>
{
    private const int Steps = FiftyStepsReference.Steps;

    public static TheoryData<int, int, PipelineScheduleKind, Precision> Layouts()
    {
        var data = new TheoryData<int, int, PipelineScheduleKind, Precision>();
        foreach (var precision in Enum.GetValues<Precision>())
        {
            foreach (var (ranks, stages) in new[] { (1, 1), (2, 1), (4, 1), (1, 2), (1, 4), (2, 2), (4, 2), (2, 4) })
            {
                data.Add(ranks, stages, PipelineScheduleKind.OneForwardOneBackward, precision);
                if (stages > 1)
                {
                    data.Add(ranks, stages, PipelineScheduleKind.GPipe, precision);
                }
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Weights_after_fifty_steps_have_the_same_bits_in_every_layout(int data, int pipeline, PipelineScheduleKind schedule, Precision precision) =>
        AssertSame(precision, new LayoutRun(FiftyStepsReference.Model, FiftyStepsReference.Options(precision)) { Layout = new ParallelLayout(1, pipeline, data), Schedule = schedule, Steps = Steps });

    [Theory]
    [InlineData(2, 1, Precision.Fp32)]
    [InlineData(2, 1, Precision.Bf16)]
    [InlineData(1, 2, Precision.Fp32)]
    [InlineData(2, 2, Precision.Bf16)]
    [InlineData(4, 1, Precision.Fp32)]
    public void Gloo_carries_the_same_bits(int data, int pipeline, Precision precision) =>
        AssertSame(precision, new LayoutRun(FiftyStepsReference.Model, FiftyStepsReference.Options(precision)) { Layout = new ParallelLayout(1, pipeline, data), Backend = "gloo", Steps = Steps });

    [Theory]
    [InlineData(1, 1, Precision.Fp32)]
    [InlineData(2, 1, Precision.Bf16)]
    [InlineData(1, 2, Precision.Fp32)]
    public void Two_threads_a_rank_compute_the_same_bits(int data, int pipeline, Precision precision) =>
        AssertSame(precision, new LayoutRun(FiftyStepsReference.Model, FiftyStepsReference.Options(precision)) { Layout = new ParallelLayout(1, pipeline, data), Threads = 2, Steps = Steps });

    [Theory]
    [InlineData(4, 1, 2, 2, Precision.Fp32)]
    [InlineData(2, 4, 1, 1, Precision.Bf16)]
    [InlineData(1, 2, 4, 2, Precision.Bf16)]
    public void A_run_resumed_in_another_layout_after_half_of_the_steps_ends_with_the_same_bits(int data, int pipeline, int otherData, int otherPipeline, Precision precision)
    {
        using var folder = new Testing.TemporaryFolder();
        var store = new CheckpointStore(folder.Path);
        var run = new LayoutRun(FiftyStepsReference.Model, FiftyStepsReference.Options(precision)) { Steps = Steps / 2 };
        (run with { Layout = new ParallelLayout(1, pipeline, data), SaveTo = store }).Run();
        Assert.Equal(reference.Of(precision).Hash, (run with { Layout = new ParallelLayout(1, otherPipeline, otherData), ResumeFrom = store }).Run().Hash);
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(4, 1, 1)]
    [InlineData(2, 2, 2)]
    public void Tensor_parallel_ranks_keep_the_losses_of_one_rank_over_fifty_steps(int tensor, int pipeline, int data)
    {
        var expected = reference.Of(Precision.Fp32).Reports;
        var actual = new LayoutRun(FiftyStepsReference.Model, FiftyStepsReference.Options(Precision.Fp32)) { Layout = new ParallelLayout(tensor, pipeline, data), Steps = Steps }.Run().Reports;
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second.Loss, pair.First.Loss - 1e-5, pair.First.Loss + 1e-5));
        Assert.True(actual[^1].Loss < actual[0].Loss / 2, $"the loss went from {actual[0].Loss} to {actual[^1].Loss} only, so the comparison says little");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Tensor_parallel_ranks_have_the_gradients_of_one_rank(int tensor)
    {
        var run = new LayoutRun(FiftyStepsReference.Model, FiftyStepsReference.Options(Precision.Fp32)) { Steps = 1 };
        var (expected, actual) = (run.Run().Gradients, (run with { Layout = new ParallelLayout(tensor, 1, 1) }).Run().Gradients);
        foreach (var (name, values) in expected)
        {
            var largest = values.Max(Math.Abs);
            Assert.True(largest > 0, $"{name} has no gradient");
            var apart = values.Zip(actual[name], (one, other) => Math.Abs(one - other)).Max();
            Assert.True(apart <= 1e-4 * largest, $"the gradients of {name} are {apart} apart, where the largest is {largest}");
        }
    }

    private void AssertSame(Precision precision, LayoutRun run)
    {
        var (expected, actual) = (reference.Of(precision), run.Run());
        Assert.Equal(expected.Curve, actual.Curve);
        Assert.Equal(expected.ValidationLoss, actual.ValidationLoss);
        Assert.Equal(expected.Hash, actual.Hash);
    }
}
