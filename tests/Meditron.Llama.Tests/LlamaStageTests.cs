using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Llama.Tests;

public sealed class LlamaStageTests
{
    private static readonly StageOptions Options = new() { MicroBatch = 2, SequenceLength = 19 };

    [Theory]
    [InlineData(Precision.Fp32, Recompute.Selective)]
    [InlineData(Precision.Fp32, Recompute.Full)]
    [InlineData(Precision.Bf16, Recompute.Selective)]
    [InlineData(Precision.Bf16, Recompute.Full)]
    public void Recomputation_gives_the_same_bits(Precision precision, Recompute recompute)
    {
        var config = TestModels.Config();
        var kernels = new FusedKernels();
        var kept = TestModels.Run(config, Options with { Precision = precision }, kernels);
        var again = TestModels.Run(config, Options with { Precision = precision, Recompute = recompute }, kernels);
        Assert.Equal(kept.Loss, again.Loss);
        AssertSameBits(kept.Gradients, again.Gradients);
    }

    [Theory]
    [InlineData(Recompute.None)]
    [InlineData(Recompute.Selective)]
    public void A_deferred_gradient_by_weight_has_the_same_bits(Recompute recompute)
    {
        var config = TestModels.Config();
        var kernels = new FusedKernels();
        var together = TestModels.Run(config, Options, kernels);
        var apart = TestModels.Run(config, Options with { SplitBackward = true, Recompute = recompute }, kernels, defer: true);
        AssertSameBits(together.Gradients, apart.Gradients);
    }

    [Fact]
    public void Two_micro_batches_in_flight_do_not_disturb_each_other()
    {
        var config = TestModels.Config();
        var kernels = new FusedKernels();
        var options = Options with { Slots = 2, SplitBackward = true, Recompute = Recompute.Selective };
        using var parameters = new ParameterStore(ParameterLayout.Create(config), Precision.Fp32, Device.CPU, kernels);
        parameters.Initialize(7);
        using var stage = new LlamaStage(parameters, options, kernels);
        using var first = TestModels.Gradients(parameters.Layout);
        using var second = TestModels.Gradients(parameters.Layout);
        stage.SetTokens(0, TestModels.Tokens(config, options.Tokens, 1));
        stage.SetTargets(0, TestModels.Tokens(config, options.Tokens, 2));
        stage.SetTokens(1, TestModels.Tokens(config, options.Tokens, 3));
        stage.SetTargets(1, TestModels.Tokens(config, options.Tokens, 4));
        stage.Forward(0);
        stage.Forward(1);
        stage.Loss(1, second, out _);
        stage.Backward(1, second, deferWeights: true);
        stage.Loss(0, first, out _);
        stage.Backward(0, first, deferWeights: true);
        stage.BackwardWeight(1, second);
        stage.BackwardWeight(0, first);
        AssertSameBits(TestModels.Run(config, Options, kernels).Gradients, TestModels.Copy(first));
    }

    [Theory]
    [InlineData(false, Precision.Fp32, 1e-5, 1e-4)]
    [InlineData(true, Precision.Fp32, 1e-5, 1e-4)]
    [InlineData(false, Precision.Bf16, 1e-2, 5e-2)]
    public void Fused_kernels_agree_with_their_composed_references_over_a_whole_model(bool tied, Precision precision, double lossTolerance, double gradientTolerance)
    {
        var config = TestModels.Config(tied);
        var fused = TestModels.Run(config, Options with { Precision = precision }, new FusedKernels());
        var composed = TestModels.Run(config, Options with { Precision = precision }, new AtenKernels());
        Assert.InRange(Math.Abs(fused.Loss - composed.Loss) / composed.Loss, 0, lossTolerance);
        foreach (var (name, expected) in composed.Gradients)
        {
            Assert.InRange(TestModels.RelativeError(fused.Gradients[name], expected), 0, gradientTolerance);
        }
    }

    [Fact]
    public void Two_stages_in_a_row_give_the_bits_of_one()
    {
        var config = TestModels.Config();
        var kernels = new FusedKernels();
        var whole = TestModels.Run(config, Options, kernels);
        StageSpan[] spans = [new(0, 1, true, false), new(1, 2, false, true)];
        var parameters = spans.Select(span => new ParameterStore(ParameterLayout.Create(config, span), Precision.Fp32, Device.CPU, kernels)).ToArray();
        Array.ForEach(parameters, store => store.Initialize(7));
        var stages = parameters.Select(store => new LlamaStage(store, Options, kernels)).ToArray();
        var gradients = parameters.Select(store => TestModels.Gradients(store.Layout)).ToArray();
        stages[0].SetTokens(0, TestModels.Tokens(config, Options.Tokens, 1));
        stages[1].SetTargets(0, TestModels.Tokens(config, Options.Tokens, 2));
        stages[0].Forward(0);
        stages[1].Input(0).copy_(stages[0].Output(0));
        stages[1].Forward(0);
        var loss = stages[1].Loss(0, gradients[1], out _);
        stages[1].Backward(0, gradients[1]);
        stages[0].ResidualGradient(0).copy_(stages[1].ResidualGradient(0));
        stages[0].Backward(0, gradients[0]);
        Assert.Equal(whole.Loss, loss);
        AssertSameBits(whole.Gradients, gradients.SelectMany(views => TestModels.Copy(views)).ToDictionary(pair => pair.Key, pair => pair.Value));
        Array.ForEach(gradients, views => views.Dispose());
        Array.ForEach(stages, stage => stage.Dispose());
        Array.ForEach(parameters, store => store.Dispose());
    }

    [Fact]
    public void Ignored_targets_do_not_count()
    {
        var config = TestModels.Config();
        var kernels = new FusedKernels();
        using var parameters = new ParameterStore(ParameterLayout.Create(config), Precision.Fp32, Device.CPU, kernels);
        parameters.Initialize(7);
        using var stage = new LlamaStage(parameters, Options, kernels);
        var targets = TestModels.Tokens(config, Options.Tokens, 2);
        stage.SetTokens(0, TestModels.Tokens(config, Options.Tokens, 1));
        stage.SetTargets(0, targets);
        stage.Forward(0);
        var all = stage.Loss(0, null, out var counted);
        Assert.Equal(Options.Tokens, counted);
        Array.Fill(targets, -100);
        stage.SetTargets(0, targets);
        Assert.Equal(0, stage.Loss(0, null, out counted));
        Assert.Equal(0, counted);
        Assert.InRange(all, 1, 20);
    }

    [Fact]
    public void The_initial_weights_do_not_depend_on_the_layout()
    {
        var config = TestModels.Config();
        var kernels = new FusedKernels();
        using var whole = new ParameterStore(ParameterLayout.Create(config), Precision.Fp32, Device.CPU, kernels);
        using var part = new ParameterStore(ParameterLayout.Create(config, new StageSpan(1, 2, false, true)), Precision.Fp32, Device.CPU, kernels);
        whole.Initialize(99);
        part.Initialize(99);
        foreach (var parameter in part.Layout.Parameters)
        {
            Assert.Equal(whole.Master[parameter.Name].data<float>().ToArray(), part.Master[parameter.Name].data<float>().ToArray());
        }
    }

    [Fact]
    public void The_planned_bytes_are_the_allocated_bytes()
    {
        var config = TestModels.Config();
        var kernels = new FusedKernels();
        foreach (var recompute in Enum.GetValues<Recompute>())
        {
            var plan = StagePlan.Create(config, StageSpan.Whole(config), Options with { Recompute = recompute });
            using var buffers = new StageBuffers(plan, Device.CPU);
            Assert.Equal(plan.ActivationBytes, plan.Buffers.Sum(buffer => buffers[buffer.Name].numel() * (buffer.Type == ScalarType.BFloat16 ? 2L : 4L)));
        }

        var none = StagePlan.Create(config, StageSpan.Whole(config), Options).ActivationBytes;
        var full = StagePlan.Create(config, StageSpan.Whole(config), Options with { Recompute = Recompute.Full }).ActivationBytes;
        Assert.True(full < none);
    }

    [Fact]
    public void A_wrong_number_of_tokens_is_refused_with_both_numbers()
    {
        var config = TestModels.Config();
        var kernels = new FusedKernels();
        using var parameters = new ParameterStore(ParameterLayout.Create(config), Precision.Fp32, Device.CPU, kernels);
        using var stage = new LlamaStage(parameters, Options, kernels);
        var error = Assert.Throws<ArgumentException>(() => stage.SetTokens(0, new int[5]));
        Assert.Contains("38", error.Message, StringComparison.Ordinal);
        Assert.Contains("5", error.Message, StringComparison.Ordinal);
    }

    private static void AssertSameBits(Dictionary<string, float[]> expected, Dictionary<string, float[]> actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, values) in expected)
        {
            Assert.True(values.AsSpan().SequenceEqual(actual[name]), $"{name} differs by {TestModels.RelativeError(actual[name], values)}");
        }
    }
}
