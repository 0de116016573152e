using Meditron.Torch.Kernels;

namespace Meditron.Torch.Tests.Kernels;

public sealed class MatmulTests : KernelTest
{
    private static readonly long[][] Shapes = [[1, 1, 1], [1, 40, 7], [5, 1, 9], [17, 33, 65], [64, 48, 31], [3, 257, 128], [130, 70, 100]];

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Products_equal_the_composed_ones_with_strided_rows_and_accumulation(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        foreach (var shape in Shapes)
        {
            foreach (var gap in new long[] { 0, 3 })
            {
                foreach (var accumulate in new[] { false, true })
                {
                    foreach (var outType in new[] { type, ScalarType.Float32 })
                    {
                        Compare(shape, gap, accumulate, type, outType);
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void The_gap_behind_strided_rows_is_not_written(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        using var scope = torch.NewDisposeScope();
        var whole = torch.full([19, 40], 7.0, type);
        Fused.matmul_nt(Random(1, type, 19, 21), Random(2, type, 33, 21), whole.narrow(1, 0, 33));
        Assert.True(whole.narrow(1, 33, 7).contiguous().equal(torch.full([19, 7], 7.0, type)));
    }

    [Fact]
    public void A_product_over_nothing_is_zero_or_leaves_the_sum()
    {
        using var scope = torch.NewDisposeScope();
        var sum = torch.ones([2, 3], ScalarType.Float32);
        Fused.matmul_nn(torch.zeros(2, 0), torch.zeros(0, 3), sum, accumulate: true);
        Assert.True(sum.equal(torch.ones([2, 3], ScalarType.Float32)));
        Fused.matmul_nn(torch.zeros(2, 0), torch.zeros(0, 3), sum);
        Assert.True(sum.equal(torch.zeros(2, 3)));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Not_a_number_reaches_its_row_and_no_other(ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        var a = Random(1, ScalarType.Float32, 4, 32);
        a.narrow(0, 2, 1).narrow(1, 5, 1).fill_(double.NaN);
        var result = torch.empty([4, 8]);
        Fused.matmul_nt(a.to(type), Random(2, type, 8, 32), result);
        var values = Values(result);
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(i / 8 == 2, double.IsNaN(values[i]));
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Products_have_the_same_bits_from_run_to_run_and_for_any_number_of_threads(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        foreach (var (m, n, k) in new[] { (200, 150, 300), (37, 512, 260), (96, 40, 2048), (1, 700, 512), (530, 65, 130) })
        {
            foreach (var form in new[] { "nt", "nn", "tn" })
            {
                using var scope = torch.NewDisposeScope();
                var a = form == "tn" ? Random(1, type, k, m) : Random(1, type, m, k);
                var b = form == "nt" ? Random(2, type, n, k) : Random(2, type, k, n);
                Tensor? first = null;
                foreach (var threads in new[] { 1, 1, 2, 2, 3, 5 })
                {
                    using var count = Threads(threads);
                    var result = torch.empty([m, n]);
                    Multiply(Fused, form, a, b, result, accumulate: false);
                    AssertSameBits(first ??= result, result, $"{form}, {m} x {n} x {k}, {threads} threads");
                    Assert.Equal(threads, torch.get_num_threads());
                }
            }
        }
    }

    [Fact]
    public void More_shapes_than_the_cache_holds_still_give_right_products()
    {
        using var scope = torch.NewDisposeScope();
        var (a, b) = (Random(1, ScalarType.Float32, 1, 700), Random(2, ScalarType.Float32, 3, 700));
        for (long k = 1; k <= 700; k += 1)
        {
            using var inner = torch.NewDisposeScope();
            var (x, y, result) = (a.narrow(1, 0, k), b.narrow(1, 0, k), torch.empty([1, 3]));
            Fused.matmul_nt(x, y, result);
            if (k % 97 == 0)
            {
                AssertClose(x.mm(y.t()), result, $"k = {k}");
            }
        }
    }

    private static void Compare(long[] shape, long gap, bool accumulate, ScalarType type, ScalarType outType)
    {
        using var scope = torch.NewDisposeScope();
        long m = shape[0], n = shape[1], k = shape[2];
        var what = $"m {m}, n {n}, k {k}, gap {gap}, accumulate {accumulate}, {type} to {outType}";
        var start = Random(3, outType, m, n);
        foreach (var form in new[] { "nt", "nn", "tn" })
        {
            if (form == "tn" && outType != ScalarType.Float32)
            {
                continue;
            }

            var a = form == "tn" ? RandomRows(1, type, k, m, gap) : RandomRows(1, type, m, k, gap);
            var b = form == "nt" ? RandomRows(2, type, n, k, gap) : RandomRows(2, type, k, n, gap);
            var actual = RandomRows(4, outType, m, n, gap);
            actual.copy_(start);
            var expected = start.clone();
            Multiply(Fused, form, a, b, actual, accumulate);
            Multiply(Composed, form, a, b, expected, accumulate);
            AssertClose(expected, actual, $"{form} {what}");
        }
    }

    private static void Multiply(IKernels kernels, string form, Tensor a, Tensor b, Tensor result, bool accumulate)
    {
        switch (form)
        {
            case "nt":
                kernels.matmul_nt(a, b, result, accumulate);
                break;
            case "nn":
                kernels.matmul_nn(a, b, result, accumulate);
                break;
            default:
                kernels.matmul_tn(a, b, result, accumulate);
                break;
        }
    }
}
