using Meditron.Torch.Kernels;

namespace Meditron.Torch.Tests.Kernels;

public sealed class AllocationTests : KernelTest
{
    [Fact]
    public void A_steady_call_allocates_neither_managed_memory_nor_tensors()
    {
        using var scope = torch.NewDisposeScope();
        var (x, w, y, dw) = (Random(1, ScalarType.Float32, 64, 32), Random(2, ScalarType.Float32, 32, 32), torch.empty([64, 32]), torch.zeros(32, 32));
        var (weight, rstd, dweight, loss) = (torch.ones([32], ScalarType.Float32), torch.empty([64]), torch.zeros(32), torch.empty([64]));
        var (tokens, half) = (torch.zeros([64], ScalarType.Int32), torch.empty([64, 32], ScalarType.BFloat16));
        var (heads, cos) = (torch.zeros(1, 64, 2, 16), torch.zeros(64, 8));
        var (flat, m, v) = (torch.zeros(1000), torch.zeros(1000), torch.zeros(1000));
        var step = new AdamWStep(1e-3, 0.9, 0.95, 1e-8, 0.1, 1);

        void Step()
        {
            Fused.matmul_nt(x, w, y);
            Fused.matmul_nn(x, w, y, accumulate: true);
            Fused.matmul_tn(x, y, dw, accumulate: true);
            Fused.rms_norm(x, weight, 1e-5, y, rstd);
            Fused.rms_norm_backward(y, x, weight, rstd, y, accumulate: true);
            Fused.rms_norm_backward_weight(y, x, rstd, dweight);
            Fused.rope(heads, cos, cos, RopeLayout.HalfRotation, inverse: false);
            Fused.swiglu(x, x, y);
            Fused.swiglu_backward(x, x, x, y, y);
            Fused.embedding(w, tokens, y);
            Fused.embedding_backward(x, tokens, dw);
            Fused.cross_entropy(y, tokens, 32, 1, backward: true, loss);
            Fused.adamw(flat, flat, m, v, null, step);
            Fused.sum_squares(flat);
            Fused.add(y, x);
            Fused.cast(x, half);
            Fused.normal(flat, 0, 1, 1, 1, 0);
        }

        for (var i = 0; i < 50; i++)
        {
            Step();
        }

        var tensors = torch.memory_statistics();
        var managed = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++)
        {
            Step();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - managed);
        Assert.Equal(tensors, torch.memory_statistics());
    }
}
