namespace Meditron.Torch.Tests.Kernels;

public sealed class EmbeddingTests : KernelTest
{
    [Theory]
    [MemberData(nameof(InstructionSetsAndTypes))]
    public void Forward_and_backward_equal_the_composed_ones(string isa, ScalarType type)
    {
        using var forced = Forced(isa);
        foreach (var width in new long[] { 1, 15, 64, 130, 257 })
        {
            using var scope = torch.NewDisposeScope();
            var weight = RandomRows(1, type, 11, width, 3);
            var tokens = Tokens(0, 10, 5, -1, 3, 5, 0, 7, -1, 10, 1);
            var (actual, expected) = (RandomRows(2, type, 11, width, 6), torch.empty([11, width], type));
            Fused.embedding(weight, tokens, actual);
            Composed.embedding(weight, tokens, expected);
            AssertSameBits(expected, actual, $"width {width}");

            var dout = RandomRows(3, type, 11, width, 2);
            var (dweight, dweight2) = (Random(4, ScalarType.Float32, 11, width), Random(4, ScalarType.Float32, 11, width));
            Fused.embedding_backward(dout, tokens, dweight);
            Composed.embedding_backward(dout, tokens, dweight2);
            AssertClose(dweight2, dweight, $"dweight, width {width}");
        }
    }

    [Fact]
    public void The_gradient_is_the_transpose_of_the_look_up()
    {
        using var scope = torch.NewDisposeScope();
        var (weight, dout) = (Random(1, ScalarType.Float32, 9, 20), Random(2, ScalarType.Float32, 6, 20));
        var tokens = Tokens(8, 2, 2, 0, 5, 2);
        var (rows, dweight) = (torch.empty([6, 20]), torch.zeros(9, 20));
        Fused.embedding(weight, tokens, rows);
        Fused.embedding_backward(dout, tokens, dweight);
        AssertDerivative(Dot(rows, dout), Dot(weight, dweight), 1e-5, "<E w, g> = <w, Eᵀ g>");
    }

    [Fact]
    public void The_gradient_has_the_same_bits_whatever_the_threads()
    {
        using var scope = torch.NewDisposeScope();
        var dout = Random(1, ScalarType.BFloat16, 300, 200);
        var random = new Random(7);
        var tokens = Tokens(Enumerable.Range(0, 300).Select(_ => random.Next(12)).ToArray());
        Tensor Run(int threads)
        {
            using var count = Threads(threads);
            var dweight = torch.zeros(12, 200);
            Fused.embedding_backward(dout, tokens, dweight);
            return dweight;
        }

        var one = Run(1);
        AssertSameBits(one, Run(2), "2 threads");
        AssertSameBits(one, Run(3), "3 threads");
    }

    [Fact]
    public void A_token_outside_the_table_is_named_and_nothing_is_written()
    {
        using var scope = torch.NewDisposeScope();
        var result = torch.full([3, 4], 7.0);
        foreach (var bad in new[] { -2, 5, int.MaxValue })
        {
            var error = Assert.Throws<TorchException>(() => Fused.embedding(torch.zeros(5, 4), Tokens(0, bad, 1), result));
            Assert.Equal(TorchErrorKind.Shape, error.Kind);
            Assert.Contains($"token {bad} at position 1", error.Message, StringComparison.Ordinal);
            Assert.Throws<TorchException>(() => Fused.embedding_backward(torch.zeros(3, 4), Tokens(0, bad, 1), torch.zeros(5, 4)));
        }

        Assert.True(result.equal(torch.full([3, 4], 7.0)));
    }
}
