using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <content>native/torch/math.cpp.</content>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int mt_unary(int op, TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_unary_(int op, TensorHandle self);

    [LibraryImport(Library)]
    internal static partial int mt_binary(int op, TensorHandle self, TensorHandle other, Scalar alpha, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_binary_(int op, TensorHandle self, TensorHandle other, Scalar alpha);

    [LibraryImport(Library)]
    internal static partial int mt_binary_scalar(int op, TensorHandle self, Scalar other, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_binary_scalar_(int op, TensorHandle self, Scalar other);

    [LibraryImport(Library)]
    internal static partial int mt_addcmul_(TensorHandle self, TensorHandle a, TensorHandle b, Scalar value);

    [LibraryImport(Library)]
    internal static partial int mt_addcdiv_(TensorHandle self, TensorHandle a, TensorHandle b, Scalar value);

    [LibraryImport(Library)]
    internal static partial int mt_addmm_(TensorHandle self, TensorHandle a, TensorHandle b, Scalar beta, Scalar alpha);

    [LibraryImport(Library)]
    internal static partial int mt_mm_out(TensorHandle a, TensorHandle b, TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_lerp_(TensorHandle self, TensorHandle end, Scalar weight);

    [LibraryImport(Library)]
    internal static partial int mt_clamp(TensorHandle self, Scalar low, int hasLow, Scalar high, int hasHigh, int inPlace, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_reduce(int op, TensorHandle self, ReadOnlySpan<long> dims, long count, int keepdim, int dtype, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_norm(TensorHandle self, double p, ReadOnlySpan<long> dims, long count, int keepdim, int dtype, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_topk(TensorHandle self, long k, long dim, int largest, int sorted, out TensorHandle values, out TensorHandle indices);

    [LibraryImport(Library)]
    internal static partial int mt_sort(TensorHandle self, long dim, int descending, out TensorHandle values, out TensorHandle indices);

    [LibraryImport(Library)]
    internal static partial int mt_max_dim(TensorHandle self, long dim, int keepdim, out TensorHandle values, out TensorHandle indices);

    [LibraryImport(Library)]
    internal static partial int mt_allclose(TensorHandle self, TensorHandle other, double rtol, double atol, int equalNan, out int result);
}
