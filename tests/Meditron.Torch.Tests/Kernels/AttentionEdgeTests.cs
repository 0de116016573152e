using Meditron.Torch.Kernels;

namespace Meditron.Torch.Tests.Kernels;

public sealed class AttentionEdgeTests : KernelTest
{
    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Equal_scores_give_the_mean_of_the_values_seen(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        using var scope = torch.NewDisposeScope();
        const int Length = 90;
        var values = torch.arange(0, Length, 1, ScalarType.Float32).view(1, Length, 1, 1).repeat(1, 1, 1, 16).to(type);
        var (keys, result, lse) = (torch.ones([1, Length, 1, 16], type), torch.empty([1, Length, 1, 16], type), torch.empty([1, 1, Length]));
        Fused.attention(keys, keys, values, 0.25, result, lse);
        var (means, sums) = (Values(result), Values(lse));
        for (var t = 0; t < Length; t++)
        {
            Assert.Equal(t / 2.0, means[t * 16], (type == ScalarType.Float32 ? 1e-6 : 8e-3) * Length);
            Assert.Equal(4 + Math.Log(t + 1), sums[t], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Scores_of_ten_thousand_neither_overflow_nor_lose_the_largest(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        using var scope = torch.NewDisposeScope();
        var problem = new AttentionCase(Random, type, 1, 100, 100, 2, 1, 32);
        problem.Q.mul_(4000);
        problem.Forward(Fused);
        problem.Backward(Fused);
        var expected = problem.Reference(backward: true);
        AssertClose(Values(expected.Out), Values(problem.Out), "out", 2e-2, 1);
        AssertClose(Values(expected.Lse), Values(problem.Lse), "lse", 1e-5, 1e-5);
        AssertClose(Values(expected.DV), Values(problem.DV), "dv", 2e-2, 1);
        Assert.All(Values(problem.DQ).Concat(Values(problem.DK)), x => Assert.True(double.IsFinite(x)));
    }

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Not_a_number_in_a_key_reaches_the_queries_that_see_it_and_no_other(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        foreach (var bad in new[] { double.NaN, double.PositiveInfinity })
        {
            using var scope = torch.NewDisposeScope();
            var problem = new AttentionCase(Random, type, 1, 80, 80, 2, 2, 16);
            problem.K.narrow(1, 37, 1).select(2, 1).fill_(bad);
            problem.Forward(Fused);
            Assert.All(Values(problem.Out.select(2, 0)), x => Assert.True(double.IsFinite(x)));
            Assert.All(Values(problem.Out.select(2, 1).narrow(1, 0, 37)), x => Assert.True(double.IsFinite(x)));
            if (double.IsNaN(bad))
            {
                Assert.All(Values(problem.Out.select(2, 1).narrow(1, 37, 43)), x => Assert.True(double.IsNaN(x)));
                Assert.All(Values(problem.Lse.select(1, 1).narrow(1, 37, 43)), x => Assert.True(double.IsNaN(x)));
            }

            problem.Backward(Fused);
            Assert.Contains(Values(problem.DQ.select(2, 1)), double.IsNaN);
            Assert.All(Values(problem.DQ.select(2, 0)).Concat(Values(problem.DK.select(2, 0))), x => Assert.True(double.IsFinite(x)));
        }
    }

    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Not_a_number_in_a_value_reaches_the_queries_that_see_it(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        using var scope = torch.NewDisposeScope();
        var problem = new AttentionCase(Random, type, 1, 80, 80, 2, 2, 16);
        problem.V.narrow(1, 40, 1).select(2, 1).fill_(double.NaN);
        problem.Forward(Fused);
        Assert.All(Values(problem.Out.select(2, 1).narrow(1, 0, 40)), x => Assert.True(double.IsFinite(x)));
        Assert.All(Values(problem.Out.select(2, 1).narrow(1, 40, 40)), x => Assert.True(double.IsNaN(x)));
    }

    [Fact]
    public void A_steady_call_allocates_neither_managed_memory_nor_tensors()
    {
        using var scope = torch.NewDisposeScope();
        var problem = new AttentionCase(Random, ScalarType.Float32, 2, 100, 100, 4, 2, 32);
        for (var i = 0; i < 50; i++)
        {
            problem.Forward(Fused);
            problem.Backward(Fused);
        }

        var tensors = torch.memory_statistics();
        var managed = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 20; i++)
        {
            problem.Forward(Fused);
            problem.Backward(Fused);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - managed);
        Assert.Equal(tensors, torch.memory_statistics());
    }

    [Fact]
    public void Wrong_arguments_are_refused_by_name()
    {
        using var scope = torch.NewDisposeScope();
        Tensor Heads(long batch, long tokens, long heads, long width, ScalarType type = ScalarType.Float32) => torch.zeros([batch, tokens, heads, width], type);
        var (q, k, lse) = (Heads(2, 8, 4, 16), Heads(2, 8, 2, 16), torch.zeros(2, 4, 8));

        Refused(TorchErrorKind.Shape, "key-value heads", () => Fused.attention(q, Heads(2, 8, 3, 16), Heads(2, 8, 3, 16), 1, q, lse));
        Refused(TorchErrorKind.Shape, "see no key", () => Fused.attention(q, Heads(2, 7, 2, 16), Heads(2, 7, 2, 16), 1, q, lse));
        Refused(TorchErrorKind.Shape, "head width", () => Fused.attention(q, Heads(2, 8, 2, 8), Heads(2, 8, 2, 8), 1, q, lse));
        Refused(TorchErrorKind.Shape, "v and k", () => Fused.attention(q, k, Heads(2, 9, 2, 16), 1, q, lse));
        Refused(TorchErrorKind.Type, "k and q", () => Fused.attention(q, Heads(2, 8, 2, 16, ScalarType.BFloat16), k, 1, q, lse));
        Refused(TorchErrorKind.Shape, "lse", () => Fused.attention(q, k, k, 1, q, torch.zeros(2, 4, 7)));
        Refused(TorchErrorKind.Shape, "contiguous", () => Fused.attention(q.transpose(1, 2), k, k, 1, q, lse));
        Refused(TorchErrorKind.Shape, "scale", () => Fused.attention(q, k, k, -1, q, lse));
        Refused(
            TorchErrorKind.Shape,
            "number of tokens",
            () => Fused.attention_backward(q.narrow(1, 0, 4), q.narrow(1, 0, 4), k, k, q.narrow(1, 0, 4), torch.zeros(2, 4, 4), 1, q.narrow(1, 0, 4), k, k));
    }

    private static void Refused(TorchErrorKind kind, string message, Action action)
    {
        var error = Assert.Throws<TorchException>(action);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(kind, error.Kind);
    }
}
