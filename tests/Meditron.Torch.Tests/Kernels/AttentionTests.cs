using Meditron.Torch.Kernels;

namespace Meditron.Torch.Tests.Kernels;

public sealed class AttentionTests : KernelTest
{
    // Heads and groups: one group a head, two, four and eight heads a group.
    private static readonly (long Heads, long Groups)[] Sharing = [(3, 3), (4, 2), (4, 1), (8, 1)];
    private static readonly long[] Lengths = [1, 2, 3, 15, 16, 17, 31, 33, 64, 100, 257];
    private static readonly long[] Widths = [64, 24, 32, 20, 128, 40, 7];

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Forward_and_backward_equal_the_composed_ones_in_double(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        var index = 0;
        foreach (var length in Lengths)
        {
            foreach (var (heads, groups) in Sharing)
            {
                using var scope = torch.NewDisposeScope();
                var batch = index % 2 == 0 || length > 64 ? 1 : 3;
                var problem = new AttentionCase(Random, type, batch, length, length, heads, groups, Widths[index++ % Widths.Length]);
                problem.Forward(Fused);
                problem.Backward(Fused);
                AssertEqual(problem, backward: true);
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Fewer_queries_than_keys_are_aligned_at_the_end(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        var index = 0;
        foreach (var (queries, keys) in new (long, long)[] { (1, 1), (1, 2), (1, 70), (2, 130), (3, 9), (4, 65), (5, 128), (17, 100), (64, 129), (70, 200) })
        {
            foreach (var (heads, groups) in Sharing)
            {
                using var scope = torch.NewDisposeScope();
                var problem = new AttentionCase(Random, type, 2, queries, keys, heads, groups, Widths[index++ % Widths.Length]);
                problem.Forward(Fused);
                AssertEqual(problem, backward: false);
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Decoding_one_token_at_a_time_gives_the_rows_of_the_whole(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        using var scope = torch.NewDisposeScope();
        const long Length = 75;
        var whole = new AttentionCase(Random, type, 2, Length, Length, 4, 2, 24);
        whole.Forward(Fused);
        for (var t = 0L; t < Length; t++)
        {
            using var inner = torch.NewDisposeScope();
            var (row, lse) = (torch.empty([2, 1, 4, 24], type), torch.empty([2, 4, 1]));
            Fused.attention(whole.Q.narrow(1, t, 1), whole.K.narrow(1, 0, t + 1), whole.V.narrow(1, 0, t + 1), whole.Scale, row, lse);
            AssertNear(whole.Out.narrow(1, t, 1), row, $"row {t}", type == ScalarType.Float32 ? 2e-6 : 1e-2);
            AssertNear(whole.Lse.narrow(2, t, 1), lse, $"lse {t}", type == ScalarType.Float32 ? 2e-6 : 1e-4);
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void The_bits_do_not_depend_on_the_threads_nor_on_the_run(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        // 1 and 3 groups of work do not go evenly into 2 or 4 threads: there a group is shared.
        foreach (var (batch, length, heads, groups) in new (long, long, long, long)[] { (1, 300, 4, 1), (3, 200, 2, 1), (2, 130, 4, 2) })
        {
            using var scope = torch.NewDisposeScope();
            var first = new AttentionCase(Random, type, batch, length, length, heads, groups, 40);
            using (Threads(1))
            {
                first.Forward(Fused);
                first.Backward(Fused);
            }

            foreach (var threads in new[] { 2, 1, 4, 3, 2 })
            {
                using var inner = torch.NewDisposeScope();
                using var forcedThreads = Threads(threads);
                var again = new AttentionCase(Random, type, batch, length, length, heads, groups, 40);
                again.Forward(Fused);
                again.Backward(Fused);
                foreach (var (expected, actual) in first.Outputs().Zip(again.Outputs()))
                {
                    AssertSameBits(expected, actual, $"{first} with {threads} threads");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSets))]
    public void Gradients_equal_difference_quotients(string isa)
    {
        using var forced = Forced(isa);
        foreach (var (length, heads, groups, width) in new (long, long, long, long)[] { (6, 2, 1, 5), (9, 4, 2, 8), (19, 3, 3, 3) })
        {
            using var scope = torch.NewDisposeScope();
            var problem = new AttentionCase(Random, ScalarType.Float32, 2, length, length, heads, groups, width);
            problem.Forward(Fused);
            problem.Backward(Fused);

            double Loss(Tensor q, Tensor k, Tensor v)
            {
                using var inner = torch.NewDisposeScope();
                var y = torch.empty([2, length, heads, width], ScalarType.Float64);
                Composed.attention(q, k, v, problem.Scale, y, torch.empty([2, heads, length], ScalarType.Float64));
                return Dot(y, problem.DOut);
            }

            var (q, k, v) = (Double(problem.Q), Double(problem.K), Double(problem.V));
            var direction = Random(9, ScalarType.Float64, 2, length, heads, width);
            AssertDerivative(Derivative(x => Loss(x, k, v), q, direction), Dot(problem.DQ, direction), 1e-5, $"dq {problem}");
            direction = Random(10, ScalarType.Float64, 2, length, groups, width);
            AssertDerivative(Derivative(x => Loss(q, x, v), k, direction), Dot(problem.DK, direction), 1e-5, $"dk {problem}");
            AssertDerivative(Derivative(x => Loss(q, k, x), v, direction), Dot(problem.DV, direction), 1e-5, $"dv {problem}");
        }
    }

    private static void AssertEqual(AttentionCase actual, bool backward)
    {
        var expected = actual.Reference(backward);
        var tolerance = actual.Q.dtype == ScalarType.Float32 ? 1e-5 : 1e-2;
        AssertNear(expected.Out, actual.Out, $"out {actual}", tolerance);
        AssertNear(expected.Lse, actual.Lse, $"lse {actual}", 1e-5);
        if (!backward)
        {
            return;
        }

        AssertNear(expected.DV, actual.DV, $"dv {actual}", tolerance);
        if (actual.Q.size(1) == 1)
        {
            // One key has weight 1 whatever its score: these gradients are 0, up to rounding.
            Assert.True(Values(actual.DQ).Concat(Values(actual.DK)).All(x => Math.Abs(x) < 10 * tolerance), $"dq and dk {actual}");
            return;
        }

        AssertNear(expected.DQ, actual.DQ, $"dq {actual}", tolerance);
        AssertNear(expected.DK, actual.DK, $"dk {actual}", tolerance);
    }

    private static void AssertNear(Tensor expected, Tensor actual, string what, double tolerance) =>
        AssertClose(Values(expected), Values(actual), what, tolerance, 20 * tolerance);
}
