using System.Runtime.InteropServices;
using Meditron.Torch.Native;

namespace Meditron.Torch.Kernels;

/// <summary>The C ABI of native/torch/kernels_abi.cpp.</summary>
internal static unsafe partial class KernelMethods
{
    private const string Library = "meditron_torch";

    [LibraryImport(Library)]
    internal static partial int mt_kernels_isa(byte** name);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_detected_isa(byte** name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int mt_kernels_set_isa(string name);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_matmul(int form, TensorHandle a, TensorHandle b, TensorHandle result, int accumulate);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_rms_norm(TensorHandle x, TensorHandle weight, double eps, TensorHandle y, TensorHandle rstd);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_rms_norm_backward(TensorHandle dy, TensorHandle x, TensorHandle weight, TensorHandle rstd, TensorHandle dx, int accumulate);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_rms_norm_backward_weight(TensorHandle dy, TensorHandle x, TensorHandle rstd, TensorHandle dweight);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_rope(TensorHandle x, TensorHandle cosine, TensorHandle sine, int interleaved, int inverse, long position);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_attention(TensorHandle q, TensorHandle k, TensorHandle v, double scale, TensorHandle result, TensorHandle lse);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_attention_backward(
        TensorHandle dout, TensorHandle q, TensorHandle k, TensorHandle v, TensorHandle result, TensorHandle lse, double scale, TensorHandle dq, TensorHandle dk, TensorHandle dv);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_swiglu(TensorHandle gate, TensorHandle up, TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_swiglu_backward(TensorHandle dout, TensorHandle gate, TensorHandle up, TensorHandle dgate, TensorHandle dup);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_embedding(TensorHandle weight, TensorHandle tokens, TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_embedding_backward(TensorHandle dout, TensorHandle tokens, TensorHandle dweight);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_cross_entropy(TensorHandle logits, TensorHandle targets, long vocabulary, double gradScale, int backward, TensorHandle loss);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_cross_entropy_stats(TensorHandle logits, TensorHandle targets, long vocabulary, TensorHandle stats);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_cross_entropy_sharded(
        TensorHandle logits, TensorHandle targets, long vocabulary, TensorHandle stats, double gradScale, int backward, TensorHandle loss);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_adamw(
        TensorHandle master,
        TensorHandle expAvg,
        TensorHandle expAvgSq,
        TensorHandle grad,
        TensorHandle newMaster,
        TensorHandle newExpAvg,
        TensorHandle newExpAvgSq,
        TensorHandle compute,
        int hasCompute,
        AdamWStep* step,
        ulong* expected,
        ulong* written,
        long* damaged);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_state_checksums(TensorHandle master, TensorHandle expAvg, TensorHandle expAvgSq, ulong* checksums);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_checksum(TensorHandle values, out ulong checksum);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_sum_squares(TensorHandle values, out double sum);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_add(TensorHandle destination, TensorHandle source);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_cast(TensorHandle source, TensorHandle destination);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_normal(TensorHandle values, double mean, double std, ulong seed, ulong stream, long offset);

    [LibraryImport(Library)]
    internal static partial int mt_kernels_gemm_peak(int dtype, long n, out double gflops);
}
