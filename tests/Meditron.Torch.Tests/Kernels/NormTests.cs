namespace Meditron.Torch.Tests.Kernels;

public sealed class NormTests : KernelTest
{
    private static readonly long[][] Shapes = [[1, 1], [3, 5], [7, 16], [2, 33], [130, 64], [65, 127], [70, 200], [50, 512]];

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Forward_and_both_backwards_equal_the_composed_ones(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        foreach (var shape in Shapes)
        {
            foreach (var gap in new long[] { 0, 9 })
            {
                using var scope = torch.NewDisposeScope();
                long n = shape[0], d = shape[1];
                var what = $"{n} x {d}, gap {gap}";
                var (x, weight, dy) = (RandomRows(1, type, n, d, gap), Random(2, type, d), RandomRows(3, type, n, d, gap));
                var (y, rstd, y2, rstd2) = (RandomRows(4, type, n, d, gap), torch.empty([n]), torch.empty([n, d], type), torch.empty([n]));
                Fused.rms_norm(x, weight, 1e-5, y, rstd);
                Composed.rms_norm(x, weight, 1e-5, y2, rstd2);
                AssertClose(rstd2, rstd, $"rstd {what}");
                AssertClose(y2, y, $"y {what}");

                foreach (var accumulate in new[] { false, true })
                {
                    var dx = RandomRows(5, type, n, d, gap);
                    var dx2 = dx.contiguous().clone();
                    Fused.rms_norm_backward(dy, x, weight, rstd, dx, accumulate);
                    Composed.rms_norm_backward(dy, x, weight, rstd, dx2, accumulate);
                    // With one column dx is a difference of nearly equal numbers.
                    AssertClose(dx2, dx, $"dx {what}", d == 1 ? 1e-1 : 4e-6);
                }

                var (dweight, dweight2) = (Random(6, ScalarType.Float32, d), Random(6, ScalarType.Float32, d));
                Fused.rms_norm_backward_weight(dy, x, rstd, dweight);
                Composed.rms_norm_backward_weight(dy, x, rstd, dweight2);
                AssertClose(dweight2, dweight, $"dweight {what}");
            }
        }
    }

    [Fact]
    public void Gradients_equal_difference_quotients()
    {
        using var scope = torch.NewDisposeScope();
        long n = 6, d = 21;
        var (x, weight, dy) = (Random(1, ScalarType.Float32, n, d), Random(2, ScalarType.Float32, d), Random(3, ScalarType.Float32, n, d));
        var (rstd, dx, dweight) = (torch.empty([n]), torch.empty([n, d]), torch.zeros(d));
        Fused.rms_norm(x, weight, 1e-5, torch.empty([n, d]), rstd);
        Fused.rms_norm_backward(dy, x, weight, rstd, dx, accumulate: false);
        Fused.rms_norm_backward_weight(dy, x, rstd, dweight);

        var (x64, weight64, dy64) = (Double(x), Double(weight), Double(dy));
        double Loss(Tensor input, Tensor scale)
        {
            var y = torch.empty([n, d], ScalarType.Float64);
            Composed.rms_norm(input, scale, 1e-5, y, torch.empty([n], ScalarType.Float64));
            return Dot(y, dy64);
        }

        var (u, v) = (Random(4, ScalarType.Float64, n, d), Random(5, ScalarType.Float64, d));
        AssertDerivative(Derivative(t => Loss(t, weight64), x64, u), Dot(dx, u), 1e-5, "dx");
        AssertDerivative(Derivative(t => Loss(x64, t), weight64, v), Dot(dweight, v), 1e-5, "dweight");

        var (rstd64, dx64, dweight64) = (torch.empty([n], ScalarType.Float64), torch.empty([n, d], ScalarType.Float64), torch.zeros([d], ScalarType.Float64));
        Composed.rms_norm(x64, weight64, 1e-5, torch.empty([n, d], ScalarType.Float64), rstd64);
        Composed.rms_norm_backward(dy64, x64, weight64, rstd64, dx64, accumulate: false);
        Composed.rms_norm_backward_weight(dy64, x64, rstd64, dweight64);
        AssertDerivative(Derivative(t => Loss(t, weight64), x64, u), Dot(dx64, u), 1e-8, "composed dx");
        AssertDerivative(Derivative(t => Loss(x64, t), weight64, v), Dot(dweight64, v), 1e-8, "composed dweight");
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Results_do_not_depend_on_the_number_of_threads(string isa)
    {
        using var forced = Forced(isa);
        using var scope = torch.NewDisposeScope();
        long n = 515, d = 133;
        var (x, weight, dy) = (Random(1, ScalarType.Float32, n, d), Random(2, ScalarType.Float32, d), Random(3, ScalarType.Float32, n, d));
        Tensor[] Run(int threads)
        {
            using var count = Threads(threads);
            var (y, rstd, dx, dweight) = (torch.empty([n, d]), torch.empty([n]), torch.empty([n, d]), torch.zeros(d));
            Fused.rms_norm(x, weight, 1e-5, y, rstd);
            Fused.rms_norm_backward(dy, x, weight, rstd, dx, accumulate: false);
            Fused.rms_norm_backward_weight(dy, x, rstd, dweight);
            return [y, rstd, dx, dweight];
        }

        var one = Run(1);
        foreach (var threads in new[] { 1, 2, 3 })
        {
            var other = Run(threads);
            for (var i = 0; i < one.Length; i++)
            {
                AssertSameBits(one[i], other[i], $"result {i} with {threads} threads");
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Not_a_number_and_infinity_reach_their_row_and_no_other(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        foreach (var poison in new[] { double.NaN, double.PositiveInfinity })
        {
            using var scope = torch.NewDisposeScope();
            var x = Random(1, type, 3, 37);
            x.narrow(0, 1, 1).narrow(1, 35, 1).fill_(poison);
            var (y, rstd) = (torch.empty([3, 37], type), torch.empty([3]));
            Fused.rms_norm(x, Random(2, type, 37), 1e-5, y, rstd);
            Assert.Equal([true, false, true], y.isfinite().all(1).to_array<bool>());
            Assert.Equal(double.IsNaN(poison), double.IsNaN(Values(rstd)[1]));
        }
    }
}
