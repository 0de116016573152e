using Meditron.Llama;
using Meditron.Torch;
using Meditron.Training.Chaos;
using Meditron.Training.Integrity;
using Meditron.Training.Optimization;
using Meditron.Training.Parallel;
using Meditron.Training.Settings;
using Meditron.Training.Tests.Parallel;

namespace Meditron.Training.Tests.Integrity;

/// <summary>Ranks that compute or hold other bits than they must are found before the step is committed, and by all that live.</summary>
public sealed class StepIntegrityTests
{
    private static readonly LlamaConfig Model = new() { VocabularySize = 62, HiddenSize = 32, Layers = 2, Heads = 2, KvHeads = 2, FfnSize = 48, MaxPositions = 16 };

    // Step 2 of an interval of 1 has data-parallel rank 1's first micro-batch computed again, step 1 that of rank 0.
    [Theory]
    [InlineData(1, 1, 2, false, 1, new[] { 1 })]
    [InlineData(1, 1, 2, true, 1, new[] { 0, 1 })]
    [InlineData(1, 1, 3, false, 1, new[] { 1 })]
    [InlineData(1, 1, 3, true, 1, new[] { 1 })]
    [InlineData(1, 1, 1, false, 0, new[] { 0 })]
    [InlineData(1, 2, 2, false, 1, new[] { 1 })]
    [InlineData(1, 2, 2, false, 3, new[] { 3 })]
    [InlineData(1, 2, 3, true, 4, new[] { 4 })]
    [InlineData(2, 1, 2, false, 2, new[] { 2 })]
    public void A_rank_that_computes_a_wrong_bit_is_found_by_those_that_compute_the_same(int tensor, int pipeline, int data, bool lasting, int rank, int[] culprits)
    {
        var layout = new ParallelLayout(tensor, pipeline, data);
        var step = layout.At(rank).Data + 1;
        var findings = Findings(layout, new ScriptedFault(FaultPoint.BeforeForward, step, rank, target => target.Miscompute(lasting)), new IntegrityOptions { VerifyInterval = 1 });
        Assert.Equal(culprits, findings.Select(finding => finding.Rank).Order());
        Assert.All(findings, finding => Assert.True(finding.IsMiscomputed));
        Assert.Contains("computed other bits than", findings[0].Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1, 2, Precision.Fp32, 0)]
    [InlineData(1, 1, 2, Precision.Bf16, 1)]
    [InlineData(1, 1, 3, Precision.Fp32, 2)]
    [InlineData(1, 2, 2, Precision.Fp32, 3)]
    [InlineData(1, 1, 1, Precision.Bf16, 0)]
    [InlineData(2, 1, 2, Precision.Fp32, 1)]
    public void A_rank_whose_weights_change_is_found_before_the_step_is_taken(int tensor, int pipeline, int data, Precision precision, int rank)
    {
        var findings = Findings(
            new ParallelLayout(tensor, pipeline, data), new ScriptedFault(FaultPoint.BeforeNorm, 2, rank, target => target.FlipWeight()), new IntegrityOptions { HashInterval = 2 }, precision);
        var finding = Assert.Single(findings);
        Assert.Equal(rank, finding.Rank);
        Assert.False(finding.IsMiscomputed);
    }

    [Fact]
    public void Weights_are_compared_before_a_checkpoint_too()
    {
        var fault = new ScriptedFault(FaultPoint.BeforeNorm, 3, 1, target => target.FlipWeight());
        Assert.Single(Findings(new ParallelLayout(1, 1, 2), fault, new IntegrityOptions { CheckpointInterval = 3 }));
    }

    [Fact]
    public void A_shard_whose_fp32_weights_change_is_told_from_the_copies_of_it()
    {
        var findings = Findings(new ParallelLayout(1, 1, 2), new ScriptedFault(FaultPoint.BeforeNorm, 2, 1, target => target.FlipState()), new IntegrityOptions { HashInterval = 1 });
        Assert.Equal("rank 1 has other fp32 weights in its shard than the replicas were given", Assert.Single(findings).Problem);
    }

    [Fact]
    public void Between_comparisons_nothing_is_found_and_a_changed_bit_of_a_shard_is_put_right_all_the_same()
    {
        var undisturbed = Run(new ParallelLayout(1, 1, 2), null, new IntegrityOptions(), Precision.Fp32).Run();
        var mended = Run(new ParallelLayout(1, 1, 2), new ScriptedFault(FaultPoint.AfterNorm, 2, 1, target => target.FlipState()), new IntegrityOptions(), Precision.Fp32).Run();
        Assert.Equal(undisturbed.Curve, mended.Curve);
        foreach (var (name, values) in undisturbed.Weights)
        {
            Assert.Equal(values, mended.Weights[name]);
        }
    }

    private static IReadOnlyList<IntegrityFinding> Findings(ParallelLayout layout, IFaultPoints fault, IntegrityOptions integrity, Precision precision = Precision.Fp32)
    {
        var errors = Assert.Throws<AggregateException>(() => Run(layout, fault, integrity, precision).Run()).InnerExceptions;

        // A rank that is slower may find the groups of the others closed.
        Assert.All(errors, error => Assert.True(error is IntegrityException or TorchException { Kind: TorchErrorKind.Communication }, error.ToString()));
        var found = errors.OfType<IntegrityException>().Select(error => error.Findings).ToList();
        Assert.All(found, findings => Assert.Equal(found[0], findings));
        return found[0];
    }

    private static LayoutRun Run(ParallelLayout layout, IFaultPoints? fault, IntegrityOptions integrity, Precision precision) => new(Model, new TrainerOptions
    {
        Steps = 100,
        MicroBatch = 1,
        GlobalBatch = 6,
        SequenceLength = 16,
        Precision = precision,
        LearningRate = new LearningRateSchedule(1e-2, 1e-4, 2, 100, DecayStyle.Cosine),
    })
    {
        Layout = layout,
        Steps = 4,
        Faults = fault,
        Integrity = integrity,
    };
}
