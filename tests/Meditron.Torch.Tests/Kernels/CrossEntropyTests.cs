namespace Meditron.Torch.Tests.Kernels;

public sealed class CrossEntropyTests : KernelTest
{
    private static readonly long[][] Shapes = [[1, 1, 0], [3, 7, 0], [5, 16, 3], [4, 65, 1], [33, 100, 28], [20, 1003, 21]];

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Loss_and_gradient_equal_the_composed_ones_with_padding_and_ignored_targets(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        foreach (var shape in Shapes)
        {
            foreach (var gap in new long[] { 0, 4 })
            {
                using var scope = torch.NewDisposeScope();
                long n = shape[0], vocabulary = shape[1], columns = vocabulary + shape[2];
                var what = $"{n} x {vocabulary} + {shape[2]}, gap {gap}";
                var random = new Random(5);
                var targets = Tokens(Enumerable.Range(0, (int)n).Select(i => i % 5 == 3 ? -100 : random.Next((int)vocabulary)).ToArray());
                var actual = RandomRows(1, type, n, columns, gap).mul_(4);
                var expected = actual.contiguous().clone();
                var untouched = expected.clone();
                var (loss, loss2) = (torch.empty([n]), torch.empty([n]));

                Fused.cross_entropy(actual, targets, vocabulary, 0.25, backward: false, loss);
                AssertSameBits(untouched, actual, $"logits without backward, {what}");
                Composed.cross_entropy(expected, targets, vocabulary, 0.25, backward: true, loss2);
                AssertClose(Values(loss2), Values(loss), $"loss {what}", 1e-6, 1e-5);

                Fused.cross_entropy(actual, targets, vocabulary, 0.25, backward: true, loss);
                AssertClose(Values(loss2), Values(loss), $"loss {what}", 1e-6, 1e-5);
                AssertClose(expected, actual, $"gradient {what}", 4e-6);
                Assert.Equal(0.0, Dot(actual.narrow(1, vocabulary, shape[2]), actual.narrow(1, vocabulary, shape[2])));
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Padding_does_not_matter_whatever_it_holds(string isa)
    {
        using var forced = Forced(isa);
        using var scope = torch.NewDisposeScope();
        var targets = Tokens(1, 4, 49);
        var plain = Random(1, ScalarType.Float32, 3, 50);
        var padded = torch.full([3, 64], double.NaN);
        padded.narrow(1, 0, 50).copy_(plain);
        var (loss, loss2) = (torch.empty([3]), torch.empty([3]));
        Fused.cross_entropy(plain, targets, 50, 1, backward: true, loss);
        Fused.cross_entropy(padded, targets, 50, 1, backward: true, loss2);
        AssertSameBits(loss, loss2, "loss");
        AssertSameBits(plain, padded.narrow(1, 0, 50), "gradient");
        Assert.True(padded.narrow(1, 50, 14).contiguous().equal(torch.zeros(3, 14)));
    }

    [Fact]
    public void The_gradient_equals_the_difference_quotient()
    {
        using var scope = torch.NewDisposeScope();
        var targets = Tokens(3, -100, 0, 22);
        var logits = Random(1, ScalarType.Float32, 4, 29);
        var gradient = logits.clone();
        Fused.cross_entropy(gradient, targets, 23, 0.5, backward: true, torch.empty([4]));
        var gradient64 = Double(logits);
        Composed.cross_entropy(gradient64, targets, 23, 0.5, backward: true, torch.empty([4], ScalarType.Float64));

        double Loss(Tensor x)
        {
            var loss = torch.empty([4], ScalarType.Float64);
            Composed.cross_entropy(x, targets, 23, 1, backward: false, loss);
            return 0.5 * loss.sum().item<double>();
        }

        var direction = Random(2, ScalarType.Float64, 4, 29);
        var expected = Derivative(Loss, Double(logits), direction);
        AssertDerivative(expected, Dot(gradient, direction), 1e-5, "gradient");
        AssertDerivative(expected, Dot(gradient64, direction), 1e-8, "composed gradient");
    }

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Huge_logits_do_not_overflow_and_not_a_number_reaches_loss_and_gradient(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        using var scope = torch.NewDisposeScope();
        var logits = torch.zeros([4, 40], type);
        logits.narrow(0, 0, 1).narrow(1, 7, 1).fill_(30000);
        logits.narrow(0, 1, 1).narrow(1, 7, 1).fill_(double.NaN);
        logits.narrow(0, 2, 1).narrow(1, 39, 1).fill_(double.PositiveInfinity);
        logits.narrow(0, 3, 1).narrow(1, 3, 1).fill_(double.NegativeInfinity);
        var loss = torch.empty([4]);
        Fused.cross_entropy(logits, Tokens(7, 2, 2, 2), 40, 1, backward: true, loss);
        var values = Values(loss);
        Assert.Equal(0, values[0]);
        Assert.True(double.IsNaN(values[1]));
        Assert.False(double.IsFinite(values[2]));
        Assert.Equal(Math.Log(39), values[3], 5);
        Assert.Equal([true, false, false, true], logits.isfinite().all(1).to_array<bool>());
    }

    [Fact]
    public void Results_do_not_depend_on_the_number_of_threads()
    {
        using var scope = torch.NewDisposeScope();
        var logits = Random(1, ScalarType.BFloat16, 70, 500);
        var random = new Random(3);
        var targets = Tokens(Enumerable.Range(0, 70).Select(_ => random.Next(500)).ToArray());
        (Tensor Loss, Tensor Gradient) Run(int threads)
        {
            using var count = Threads(threads);
            var (gradient, loss) = (logits.clone(), torch.empty([70]));
            Fused.cross_entropy(gradient, targets, 500, 1, backward: true, loss);
            return (loss, gradient);
        }

        var (one, two) = (Run(1), Run(2));
        AssertSameBits(one.Loss, two.Loss, "loss");
        AssertSameBits(one.Gradient, two.Gradient, "gradient");
    }

    [Fact]
    public void A_target_outside_the_vocabulary_is_named_and_nothing_is_written()
    {
        using var scope = torch.NewDisposeScope();
        var logits = torch.ones([2, 8], ScalarType.Float32);
        foreach (var bad in new[] { -1, 6, -101 })
        {
            var error = Assert.Throws<TorchException>(() => Fused.cross_entropy(logits, Tokens(0, bad), 6, 1, backward: true, torch.empty([2])));
            Assert.Equal(TorchErrorKind.Shape, error.Kind);
            Assert.Contains($"target {bad} at position 1", error.Message, StringComparison.Ordinal);
            Assert.Throws<TorchException>(() => Composed.cross_entropy(logits, Tokens(0, bad), 6, 1, backward: true, torch.empty([2])));
        }

        Assert.True(logits.equal(torch.ones([2, 8], ScalarType.Float32)));
    }
}
