using Meditron.Torch.Kernels;

namespace Meditron.Torch.Tests.Kernels;

/// <summary>Every kernel refuses what does not fit, by name and with the shapes, before it writes anything.</summary>
public sealed class ArgumentTests : KernelTest
{
    public static TheoryData<string, TorchErrorKind, Action> Mistakes()
    {
        static Tensor F(params long[] size) => torch.zeros(size);
        static Tensor H(params long[] size) => torch.zeros(size, ScalarType.BFloat16);
        static Tensor I(params long[] size) => torch.zeros(size, ScalarType.Int32);
        const TorchErrorKind shape = TorchErrorKind.Shape, type = TorchErrorKind.Type;
        return new TheoryData<string, TorchErrorKind, Action>
        {
            { "matmul_nt", shape, () => Fused.matmul_nt(F(2, 3), F(4, 5), F(2, 4)) },
            { "matmul_nt", shape, () => Fused.matmul_nt(F(2, 3), F(4, 3), F(2, 5)) },
            { "matmul_nt", type, () => Fused.matmul_nt(F(2, 3), H(4, 3), F(2, 4)) },
            { "matmul_nt", type, () => Fused.matmul_nt(F(2, 3), F(4, 3), H(2, 4)) },
            { "matmul_nt", shape, () => Fused.matmul_nt(F(3, 2).t(), F(4, 3), F(2, 4)) },
            { "matmul_nt", shape, () => Fused.matmul_nt(F(1, 3).expand(2, 3), F(4, 3), F(2, 4)) },
            { "matmul_nn", shape, () => Fused.matmul_nn(F(2, 3), F(4, 3), F(2, 4)) },
            { "matmul_tn", shape, () => Fused.matmul_tn(F(2, 3), F(3, 4), F(3, 4)) },
            { "matmul_tn", type, () => Fused.matmul_tn(H(2, 3), H(2, 4), H(3, 4)) },
            { "matmul_nn", type, () => Fused.matmul_nn(I(2, 3), I(3, 4), I(2, 4)) },
            { "rms_norm", shape, () => Fused.rms_norm(F(2, 3), F(4), 1e-5, F(2, 3), F(2)) },
            { "rms_norm", shape, () => Fused.rms_norm(F(2, 3), F(3), 1e-5, F(2, 3), F(3)) },
            { "rms_norm", type, () => Fused.rms_norm(F(2, 3), H(3), 1e-5, F(2, 3), F(2)) },
            { "rms_norm", type, () => Fused.rms_norm(F(2, 3), F(3), 1e-5, H(2, 3), F(2)) },
            { "rms_norm_backward", shape, () => Fused.rms_norm_backward(F(2, 4), F(2, 3), F(3), F(2), F(2, 3), false) },
            { "rms_norm_backward_weight", type, () => Fused.rms_norm_backward_weight(H(2, 3), H(2, 3), F(2), H(3)) },
            { "rope", shape, () => Fused.rope(F(2, 3, 4), F(3, 2), F(3, 2), RopeLayout.Interleaved, false) },
            { "rope", shape, () => Fused.rope(F(1, 3, 2, 5), F(3, 2), F(3, 2), RopeLayout.Interleaved, false) },
            { "rope", shape, () => Fused.rope(F(1, 3, 2, 4), F(3, 2), F(3, 2), RopeLayout.Interleaved, false, position: 1) },
            { "rope", shape, () => Fused.rope(F(1, 3, 2, 4), F(3, 3), F(3, 3), RopeLayout.Interleaved, false) },
            { "rope", shape, () => Fused.rope(F(1, 2, 3, 4).transpose(1, 2), F(3, 2), F(3, 2), RopeLayout.Interleaved, false) },
            { "rope", type, () => Fused.rope(F(1, 3, 2, 4), H(3, 2), H(3, 2), RopeLayout.Interleaved, false) },
            { "swiglu", shape, () => Fused.swiglu(F(2, 3), F(2, 4), F(2, 3)) },
            { "swiglu_backward", type, () => Fused.swiglu_backward(F(2, 3), H(2, 3), H(2, 3), H(2, 3), H(2, 3)) },
            { "embedding", type, () => Fused.embedding(F(5, 3), torch.zeros([2], ScalarType.Int64), F(2, 3)) },
            { "embedding", shape, () => Fused.embedding(F(5, 3), I(2), F(2, 4)) },
            { "embedding", shape, () => Fused.embedding(F(5, 3), I(3), F(2, 3)) },
            { "embedding_backward", type, () => Fused.embedding_backward(H(2, 3), I(2), H(5, 3)) },
            { "cross_entropy", shape, () => Fused.cross_entropy(F(2, 5), I(2), 6, 1, true, F(2)) },
            { "cross_entropy", shape, () => Fused.cross_entropy(F(2, 5), I(2), 0, 1, true, F(2)) },
            { "cross_entropy", shape, () => Fused.cross_entropy(F(2, 5), I(3), 5, 1, true, F(2)) },
            { "cross_entropy", shape, () => Fused.cross_entropy(F(2, 5), I(2), 5, 1, true, F(3)) },
            { "adamw", shape, () => Fused.adamw(F(5), F(4), F(5), F(5), null, new AdamWStep(1e-3, 0.9, 0.95, 1e-8, 0, 1)) },
            { "adamw", type, () => Fused.adamw(F(5), F(5), F(5), F(5), torch.zeros([5], ScalarType.Int64), new AdamWStep(1e-3, 0.9, 0.95, 1e-8, 0, 1)) },
            { "adamw", shape, () => Fused.adamw(F(8, 2).narrow(1, 0, 1), F(8), F(8), F(8), null, new AdamWStep(1e-3, 0.9, 0.95, 1e-8, 0, 1)) },
            { "sum_squares", type, () => Fused.sum_squares(H(3)) },
            { "sum_squares", shape, () => Fused.sum_squares(F(4, 4).narrow(1, 0, 2)) },
            { "add", type, () => Fused.add(H(3), F(3)) },
            { "add", shape, () => Fused.add(F(3), F(4)) },
            { "cast", shape, () => Fused.cast(F(3), H(4)) },
            { "cast", type, () => Fused.cast(I(3), F(3)) },
            { "normal", type, () => Fused.normal(H(3), 0, 1, 0, 0, 0) },
            { "normal", shape, () => Fused.normal(F(3), 0, 1, 0, 0, -1) },
            { "gemm_peak", type, () => MachinePeak.Measure(ScalarType.Int32) },
            { "gemm_peak", shape, () => MachinePeak.Measure(ScalarType.Float32, 0) },
        };
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_a_typed_exception_with_the_operation_and_the_shapes(string operation, TorchErrorKind kind, Action call)
    {
        using var scope = torch.NewDisposeScope();
        var error = Assert.Throws<TorchException>(call);
        Assert.Equal(kind, error.Kind);
        Assert.StartsWith(operation + ": ", error.Message, StringComparison.Ordinal);
        if (operation != "gemm_peak")
        {
            Assert.Matches(@"called with \((Float|BFloat16|Int|Long)\[", error.Message);
        }
    }

    [Fact]
    public void A_disposed_tensor_is_refused()
    {
        var gone = torch.zeros(3);
        gone.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Fused.sum_squares(gone));
    }

    [Fact]
    public void Empty_tensors_are_no_mistake()
    {
        using var scope = torch.NewDisposeScope();
        Fused.rms_norm(torch.zeros(0, 8), torch.ones([8]), 1e-5, torch.zeros(0, 8), torch.zeros(0));
        Fused.swiglu(torch.zeros(0, 8), torch.zeros(0, 8), torch.zeros(0, 8));
        Fused.embedding(torch.zeros(4, 8), Tokens(), torch.zeros(0, 8));
        Fused.cross_entropy(torch.zeros(0, 8), Tokens(), 8, 1, true, torch.zeros(0));
        Fused.matmul_nt(torch.zeros(0, 8), torch.zeros(4, 8), torch.zeros(0, 4));
        Fused.normal(torch.zeros(0), 0, 1, 1, 1, 0);
        Assert.Equal(0, Fused.sum_squares(torch.zeros(0)));
    }
}
